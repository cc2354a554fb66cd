"""The one style sheet of the demo instance's pages."""

from __future__ import annotations

STYLE_SHEET = """
:root { --paper:#f4f6f7; --card:#fff; --ink:#1b2a33; --quiet:#55656f; --line:#cdd5da; --field:#fff; --accent:#1a6b50;
  --accent-ink:#fff; --bar:#1d3b34; --bar-ink:#fff; --error:#a11d1d; --error-paper:#fdecec; --warning:#7a4b00;
  --warning-paper:#fff4de; --success:#1a6b3c; --success-paper:#e7f6ec; --info-paper:#e8f1f8; --info:#164f78; }
@media (prefers-color-scheme: dark) {
  :root { --paper:#12181b; --card:#1c2529; --ink:#e6edf0; --quiet:#a3b2ba; --line:#3a484f; --field:#141b1e;
    --accent:#63c9a2; --accent-ink:#0c1f18; --bar:#0c1512; --error:#ffb0b0; --error-paper:#401c1c; --warning:#ffd591;
    --warning-paper:#3d2d10; --success:#9fe0b5; --success-paper:#16351f; --info-paper:#152c3d; --info:#a9d3f2; }
}
* { box-sizing:border-box; }
body { margin:0; background:var(--paper); color:var(--ink);
  font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif; }
.banner { margin:0; padding:.25rem 1rem; background:#ffd75e; color:#2b2100; font-size:.875rem; text-align:center; }
header { display:flex; flex-wrap:wrap; gap:.25rem 1.25rem; align-items:center; padding:.6rem 1rem;
  background:var(--bar); color:var(--bar-ink, #fff); }
header .product { font-weight:600; }
header nav { display:flex; flex-wrap:wrap; gap:.25rem 1rem; flex:1; }
header a, header button.plain { color:inherit; }
header .who { display:flex; gap:.75rem; align-items:center; }
main { margin:1.5rem auto; padding:1.5rem; background:var(--card); border:1px solid var(--line); border-radius:.5rem; }
main.card { max-width:30rem; width:calc(100% - 2rem); }
main.wide { max-width:78rem; width:calc(100% - 2rem); }
h1 { margin:0 0 1rem; font-size:1.4rem; line-height:1.25; overflow-wrap:anywhere; }
h2 { margin:1.5rem 0 .5rem; font-size:1.1rem; }
p { margin:0 0 1rem; overflow-wrap:anywhere; }
a { color:var(--accent); }
a:focus-visible, button:focus-visible, input:focus-visible, textarea:focus-visible, select:focus-visible {
  outline:3px solid var(--accent); outline-offset:2px; }
.quiet { color:var(--quiet); font-size:.875rem; }
.notice { padding:.6rem .8rem; border-radius:.35rem; border-left:.3rem solid; }
.info { background:var(--info-paper); color:var(--info); }
.warning { background:var(--warning-paper); color:var(--warning); }
.error { background:var(--error-paper); color:var(--error); }
.success { background:var(--success-paper); color:var(--success); }
.logo { display:block; max-width:8rem; max-height:4rem; margin:0 0 1rem; }
.field { margin:0 0 1rem; }
.field > label, .field > .label { display:block; margin-bottom:.2rem; font-weight:600; }
.field .hint { margin:.2rem 0 0; color:var(--quiet); font-size:.875rem; overflow-wrap:anywhere; }
.field .fault { margin:.2rem 0 0; color:var(--error); font-size:.875rem; }
.tick { display:flex; gap:.5rem; align-items:baseline; }
.tick > label { margin:0; }
.columns { display:grid; grid-template-columns:repeat(auto-fill,minmax(min(100%,26rem),1fr)); gap:0 2rem; }
.columns .full { grid-column:1/-1; }
.value { min-height:2.4rem; padding:.4rem .6rem; border:1px solid var(--line); border-radius:.35rem;
  background:var(--paper); white-space:pre-wrap; overflow-wrap:anywhere; }
input, textarea, select { width:100%; padding:.45rem .6rem; font:inherit; color:inherit; background:var(--field);
  border:1px solid var(--quiet); border-radius:.35rem; }
input[type=checkbox] { width:1.1rem; height:1.1rem; }
input[readonly] { background:var(--paper); }
fieldset { border:1px solid var(--line); border-radius:.35rem; margin:0 0 1rem; padding:.6rem 1rem; }
fieldset .field { display:inline-block; margin:0 1.25rem 0 0; }
fieldset input[type=checkbox] { vertical-align:middle; }
.buttons { display:flex; flex-wrap:wrap; gap:.75rem; align-items:center; margin-top:1rem; }
button { padding:.5rem 1.2rem; font:inherit; font-weight:600; cursor:pointer; border-radius:.35rem;
  border:1px solid var(--accent); background:var(--accent); color:var(--accent-ink); }
button.second { background:transparent; color:var(--accent); }
button.danger { background:transparent; border-color:var(--error); color:var(--error); }
button.plain { padding:0; border:0; background:none; font-weight:400; text-decoration:underline; }
a.button { display:inline-block; padding:.5rem 1.2rem; font-weight:600; border-radius:.35rem; text-decoration:none;
  border:1px solid var(--accent); }
table { width:100%; border-collapse:collapse; }
caption { text-align:left; padding-bottom:.4rem; }
th, td { padding:.45rem .6rem; text-align:left; vertical-align:top; border-bottom:1px solid var(--line);
  overflow-wrap:anywhere; }
th { font-size:.875rem; }
@media (max-width:60rem) {
  header { justify-content:space-between; }
  header nav { flex-basis:100%; order:1; font-size:.875rem; }
}
@media (max-width:44rem) {
  main { padding:1rem; margin:1rem auto; }
  thead { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); }
  table, caption, tbody, tr, td { display:block; }
  tr { padding:.5rem 0; border-bottom:1px solid var(--line); }
  td { display:flex; gap:.75rem; padding:.15rem 0; border:0; }
  td::before { content:attr(data-label); flex:0 0 8rem; color:var(--quiet); font-size:.875rem; }
}
"""
