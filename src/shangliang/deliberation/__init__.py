"""共协商 (deliberation): so far the opinion map, which is pure computing: no model, no page.

`opinion_files` reads votes and statements, `opinion_votes` keeps them, `opinion_space` finds where everybody
stands, `opinion_groups` who stands together, `opinion_shared` what each group holds and what all share;
`opinion_map.draw` does all of it. For people: `docs/opinion-map.md`.
"""
