"""The look: frames, components, forms, what a reader sees when something is wrong. No model, no query.

Tags and filters are listed in `templatetags/web.py`, forms and widgets in `forms.py`.

Frames
    web/base.html       public pages. Blocks: title, head, body_class, demo, crumbs, main_class, main,
                        footer_links, after
    web/card.html       one card on a public page (signing in). Blocks: title, card
    web/app.html        staff pages, one column, with htmx. Blocks: those of base.html, search, seat
    web/app_cols.html   the workbench. Blocks: queue, main, aside
    web/_pages.html     pagination: include with page=page

Scripts, each optional, added in the block `after`
    web/draft.js        <form data-draft="say"> … and [data-draft-done="say"] on the page that follows
    web/photos.js       lists what was chosen in the widget `PhotoInput`
    web/position.js     <button type="button" hidden data-position data-lat="id_lat" data-lng="id_lng">

Classes beyond the design's own, in `more.css`
    form-row, form-foot                     fields side by side; the buttons under a form
    input-short, input-low, otp             a short input, a low textarea, a one-time code
    error-summary, note-line[data-l]        what is to be put right; a remark of a helper, with an optional light
    check, ratings > rate                   a checkbox in its label; five levels in one row
    uploads                                 pictures chosen: li > img, b, small, .btn; li.bad
    points > li, point-head, unanswered     numbered points (ol); reply > p, p.by beneath each
    reason > h3, p, p.where                 why not, and where it can go instead
    acts > details.act > summary, .act-body one act and its form; act-no for one that is closed
    arithmetic (dl) > div > dt, dd          how a date was counted; div.sum for what comes out
    filters (details) > form; chips         choosing what a list shows
    table-wide (div tabindex=0) > table     many columns: head and first column stay; td.bad
    queue-empty, pages, dialog, codes       an empty queue; pagination; <dialog>; recovery codes
    htmx-indicator, busy-line               seen while htmx is at work
    share, share-part, share-r1…5           lengths, drawn by {% meter %} and {% rating_meter %}
    slip on .desk, qr-code, beside-slip     a slip; what stands beside it and is not printed
    letter > .to, p, .signed                a letter
    body: print-slip (80 mm), print-slip print-a5, print-letter; only-print, no-print
"""
