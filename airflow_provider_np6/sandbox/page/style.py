"""The style sheet of the page."""

from __future__ import annotations

STYLE = """
:root {
  --ground: #f6f7f9; --card: #ffffff; --ink: #1b2430; --soft: #5a6675; --line: #dde2e8;
  --accent: #1f5fbf; --accent-ground: #e6eefb; --stripe: #fafbfc;
  --good: #176b3a; --good-ground: #e0f3e7; --bad: #a3211b; --bad-ground: #fbe6e4;
  --busy: #7a5200; --busy-ground: #fdf0d2; --plain-ground: #eceff3;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #11161d; --card: #19202a; --ink: #e6ebf2; --soft: #9aa7b7; --line: #2b3542;
    --accent: #86b4ff; --accent-ground: #1d2f4c; --stripe: #1c242f;
    --good: #7fd8a2; --good-ground: #173525; --bad: #ff9d96; --bad-ground: #43201e;
    --busy: #f3c768; --busy-ground: #3c2f10; --plain-ground: #29323e;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
header { background: var(--card); border-bottom: 1px solid var(--line); padding: 1.4rem 2rem 0; }
h1 { margin: 0; font-size: 1.35rem; letter-spacing: -.01em; }
.lead { margin: .15rem 0 1rem; color: var(--soft); }
nav { display: flex; flex-wrap: wrap; gap: .25rem; }
nav a { padding: .55rem .9rem; color: var(--soft); text-decoration: none; border-bottom: 3px solid transparent; }
nav a:hover { color: var(--ink); }
nav a[aria-current] { color: var(--accent); border-color: var(--accent); font-weight: 600; }
.count { font-size: .8em; padding: .1em .5em; border-radius: 1em; background: var(--plain-ground);
  color: var(--soft); font-weight: 400; }
main { padding: 1.5rem 2rem 3rem; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 0 0 1rem; }
input[type=search] { font: inherit; color: inherit; background: var(--card); width: min(26rem, 100%);
  border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .8rem; }
button { font: inherit; font-weight: 600; color: var(--card); background: var(--accent); border: 0;
  border-radius: .5rem; padding: .55rem 1.1rem; cursor: pointer; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.scroll { overflow-x: auto; background: var(--card); border: 1px solid var(--line); border-radius: .7rem; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .8rem 1rem; color: var(--soft); }
th, td { text-align: left; padding: .5rem 1rem; border-top: 1px solid var(--line); vertical-align: top;
  white-space: nowrap; }
th { font-size: .82rem; font-weight: 600; color: var(--soft); background: var(--stripe); }
tbody tr:nth-child(even) td { background: var(--stripe); }
tbody tr:hover td { background: var(--accent-ground); }
.number { text-align: right; }
.code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9em; }
.long { white-space: pre-line; min-width: 16rem; max-width: 28rem; overflow-wrap: anywhere; }
.unset { color: var(--soft); opacity: .7; }
.badge { display: inline-block; padding: .05em .6em; border-radius: 1em; font-size: .85em; white-space: nowrap; }
.good { color: var(--good); background: var(--good-ground); }
.bad { color: var(--bad); background: var(--bad-ground); }
.busy { color: var(--busy); background: var(--busy-ground); }
.plain { background: var(--plain-ground); }
.nothing { background: var(--card); border: 1px dashed var(--line); border-radius: .7rem; padding: 2.5rem;
  text-align: center; color: var(--soft); }
.pager { display: flex; gap: 1rem; align-items: center; margin-top: 1rem; color: var(--soft); }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--card); padding: .5rem 1rem; }
@media (max-width: 40rem) { header { padding: 1rem 1rem 0; } main { padding: 1rem; } }
"""
