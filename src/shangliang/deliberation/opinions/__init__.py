"""The opinion map, which is pure computing: no model, no page.

`files` reads votes and statements, `votes` keeps them, `space` finds where everybody stands, `groups` who stands
together, `shared` what each group holds and what all share; `map.draw` does all of it. `stored` is how a map is kept
between one drawing and the next, `picture` how a page shows it. For people: `docs/opinion-map.md`.
"""
