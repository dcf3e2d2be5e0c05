"""The four stages and four ends of a matter, as pages show them. Keys are those of `matters.models.Status`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

# status: number of the stage whose shape it wears, its words
STAGES = {
    "raised": (1, _("你来提")),
    "gathered": (2, _("我收集")),
    "deliberated": (3, _("共协商")),
    "delivered": (4, _("助落实")),
}
ENDS = {
    "done": (4, _("已解决")),
    "promised": (4, _("列入计划")),
    "explained": (4, _("已解释")),
    "declined": (1, _("不予受理")),  # it got no further than being raised
}
ALL = STAGES | ENDS
HANZI = "提收商落"
