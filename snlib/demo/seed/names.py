"""Names to make people from, by language, and the cities they work in."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    """An office: where it is and how its people are called and reached."""

    name: str
    country: str
    code: str
    language: str
    locale: str
    dial: str
    time_zone: str
    weight: int


CITIES: tuple[City, ...] = (
    City("Berlin", "Germany", "DE", "german", "de-DE", "+49 30", "Europe/Berlin", 12),
    City("München", "Germany", "DE", "german", "de-DE", "+49 89", "Europe/Berlin", 6),
    City("Lyon", "France", "FR", "french", "fr-FR", "+33 4", "Europe/Paris", 8),
    City("Paris", "France", "FR", "french", "fr-FR", "+33 1", "Europe/Paris", 6),
    City("London", "United Kingdom", "GB", "english", "en-GB", "+44 20", "Europe/London", 10),
    City("Dublin", "Ireland", "IE", "irish", "en-IE", "+353 1", "Europe/Dublin", 6),
    City("Boston", "United States", "US", "english", "en-US", "+1 617", "America/New_York", 10),
    City("Austin", "United States", "US", "english", "en-US", "+1 512", "America/Chicago", 6),
    City("Madrid", "Spain", "ES", "spanish", "es-ES", "+34 91", "Europe/Madrid", 5),
    City("Lisboa", "Portugal", "PT", "portuguese", "pt-PT", "+351 21", "Europe/Lisbon", 4),
    City("São Paulo", "Brazil", "BR", "portuguese", "pt-BR", "+55 11", "America/Sao_Paulo", 5),
    City("Göteborg", "Sweden", "SE", "nordic", "sv-SE", "+46 31", "Europe/Stockholm", 4),
    City("København", "Denmark", "DK", "nordic", "da-DK", "+45 33", "Europe/Copenhagen", 3),
    City("Kraków", "Poland", "PL", "polish", "pl-PL", "+48 12", "Europe/Warsaw", 5),
    City("Praha", "Czechia", "CZ", "czech", "cs-CZ", "+420 2", "Europe/Prague", 4),
    City("İzmir", "Türkiye", "TR", "turkish", "tr-TR", "+90 232", "Europe/Istanbul", 3),
    City("Pune", "India", "IN", "indian", "en-IN", "+91 20", "Asia/Kolkata", 6),
)
"""The offices; ``weight`` is their share of the people."""

FIRST_NAMES: dict[str, str] = {
    "german": "Jürgen Anke Sören Käthe Björn Heike Matthias Ute Günther Sabine Lukas Frieda Jörg Annika Felix Bärbel",
    "french": "Amélie François Chloé Jérôme Inès Théo Hélène Benoît Zoé Raphaël Maëlle Gaël Léa Aurélien Noémie Loïc",
    "english": "Grace Oliver Hannah Samuel Chloe Marcus Abigail Theo Ruby Nathan Imogen Caleb Naomi Elliot Harriet",
    "irish": "Siobhán Ciarán Aoife Seán Niamh Oisín Róisín Pádraig Gráinne Eoin Sinéad Cormac Áine Declan Orla Fionn",
    "spanish": "Tomás Lucía Íñigo Begoña Andrés Noelia José Ángela Rubén Inés Álvaro Rocío Martín Pilar Óscar Nuria",
    "portuguese": "João Beatriz Tiago Conceição Luís Inês Sebastião Mafalda André Lúcia Rui Débora Vítor Sílvia Caio",
    "nordic": "Åsa Søren Linnéa Jørgen Märta Håkan Kirsten Göran Astrid Nils Ebba Mikkel Freja Anders Signe Øyvind",
    "polish": "Łukasz Małgorzata Paweł Agnieszka Michał Żaneta Bożena Grzegorz Zofia Wojciech Kinga Stanisław Ewa",
    "czech": "Jiří Zdeňka Ondřej Tereza Václav Božena Lukáš Šárka Tomáš Kateřina Aleš Ludmila Radek Eliška Čeněk Jitka",
    "turkish": "Çağla Ömer Şule Emre Gül Burak Elif Kağan Derya Tuğçe Selim İpek Onur Büşra Murat Zeynep",
    "indian": "Priya Arjun Kavya Rohan Meera Vikram Ananya Sanjay Divya Rahul Lakshmi Nikhil Pooja Suresh Isha Aditya",
}
"""Given names by language, separated by spaces."""

LAST_NAMES: dict[str, str] = {
    "german": "Schmidt Müller Groß Weiß Köhler Krüger Schäfer Vogt Böhm Lange Jäger Hoffmann Pfeiffer Löwe Brandt Dürr",
    "french": "Fontaine Dupont Lefèvre D'Aubigné Girard Béranger Moreau Château Noël L'Hôte Perrin Guérin Rousseau",
    "english": "Bennett Hughes Clarke Whitfield Marsh Fletcher Ellis Hartley Thorne Barlow Sutton Keane Winslow Ashby",
    "irish": "O'Brien O'Sullivan Byrne O'Connor Gallagher D'Arcy Nolan O'Shea Kavanagh Doyle O'Neill Brennan Quinn",
    "spanish": "Herrera Núñez Ibáñez Muñoz Castaño Gutiérrez Peña Domínguez Vázquez Ortega Álvarezez Cordón Ibarra",
    "portuguese": "Gonçalves Magalhães Simões Falcão Araújo Leitão Brandão Pinto Coração Lourenço Moura Vidal Teixeira",
    "nordic": "Bergström Åkesson Sørensen Lindqvist Kjær Öberg Nygård Holm Sjögren Ødegaard Dahl Ström Ekholm Thorsen",
    "polish": "Wiśniewska Kowalczyk Dąbrowski Zając Wójcik Król Błaszczyk Pawlak Szymański Gołąb Jaworski Mróz Sikora",
    "czech": "Novotná Dvořák Černý Procházka Růžička Šimek Havlíček Kříž Beneš Veselá Holub Štěpánek Urban Blažek",
    "turkish": "Yılmaz Kaya Öztürk Şahin Doğan Çelik Aydın Koç Güneş Arslan Özdemir Tekin Yıldız Ünal",
    "indian": "Raman Sharma Iyer Kulkarni Nair Deshpande Mehta Banerjee Chaudhary Pillai Joshi Reddy Bhat Kapoor",
}
"""Family names by language, separated by spaces."""

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "ı": "i", "ð": "d", "đ": "d", "å": "a"}
)


def ascii_name(name: str) -> str:
    """Return a name as an e-mail address writes it: lower-case ASCII; apostrophes and hyphens stay."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS)).encode("ascii", "ignore").decode()
    return plain.lower().replace(" ", ".")
