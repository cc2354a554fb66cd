"""Texts that anybody may have written into the directory or ServiceNow: pages show them letter for letter."""

from __future__ import annotations

MARKUP = (
    "![x](http://evil.test/x.png) <img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) [click][1] [1]: https://evil.test/ [^1] <https://evil.test/> <a@evil.test>",
    ":red[big] $x^2$ :material/delete: :material_delete: :streamlit: :smile: :+1: :small[] :small[x] :rainbow[x",
    "**bold** _it_ `code` ~~out~~ # head $$x$$ &amp; &#65; &copy;",
    "# head",
    "1. one",
    "- one",
    "> said",
    "| a | b |",
    "www.evil.test",
    "WWW.Evil.Test/a_b see (www.evil.test), x_@www.evil.test or https://evil.test/.",
    "https://evil.test/ HTTPS://EVIL.TEST/a?b=c#d http://evil.test:8080 ftp://evil.test",
    "a@evil.test Anna (anna.b+c@mail.evil.test) mailto:a@evil.test xmpp:a@evil.test",
    "-> a -> b <- c -- d <-> e >= f <= g ~= h --> <--",
    "\\www.evil.test \\:streamlit: 10.20.30.40 12:30:45 C:\\temp \\\\host\\share Group::Sub:x[y]{z} \\",
)
