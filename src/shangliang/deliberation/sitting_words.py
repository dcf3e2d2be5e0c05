"""What the screen of a meeting says by itself: its script cannot ask the server for words when the line is cut."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """The sentences of `sitting.js`, by name; {n} and the like are filled in there."""
    return {
        "online": _("有网，都传上去了"),
        "sending": _("正在传 {n} 行……"),
        "offline": _("没有网，记着呢"),
        "waiting": _("没有网，记着呢，{n} 行没传"),
        "items": _("{n} 条没摆上桌"),
        "not_sent": _("还没传"),
        "refused": _("没收进去：{why}"),
        "sign_in": _("登录过期了。先登录，回来接着记，记下的都还在这台设备里。"),
        "failed": _("这次没传上，记下的都还在，过一会儿自动再传。"),
        "stored": _("这台设备存不下了，先抄在纸上。"),
        "too_late": _("会散了，没传上去的还在这台设备里。主持人点“接着开”，再打开这一屏就传；签完了的，写成更正。"),
        "after_end": _("散会以后才传到"),
        "needs_line": _("没有网，这一步要等有网再做。先接着记。"),
        "table": _("桌上有变化，点一下看新的"),
        "drop": _("不要这一行"),
        "copy": _("放回去改"),
        "kept_item": _("记着呢，有网就摆上桌。"),
        "unknown": _("没有 {n} 号"),
        "too_long": _("一行最多 {longest} 字，多了 {n} 字，分成几行写。"),
        "away": _("{role}还没签到。他在，就再按一次：签到并记下。"),
        "write": _("记下"),
        "write_away": _("签到并记下"),
        "start": _("计时"),
        "stop": _("停"),
    }
