"""What the page that works without a line says by itself: its script cannot ask the server for words."""

from __future__ import annotations

from django.utils.translation import gettext as _


def words() -> dict[str, str]:
    """The sentences of `reception_device.js`, by name; {n} and the like are filled in there."""
    return {
        "online": _("有网"),
        "offline": _("没有网，记下的先留在这台设备里"),
        "waiting": _("{n} 条等着交"),
        "none_waiting": _("没有等着交的"),
        "codes_left": _("还有 {n} 个回执码"),
        "no_codes": _("回执码用完了，连上网会自动补"),
        "short_pin": _("口令至少 8 位。用几个好记的词，别用生日、电话。"),
        "other_pin": _("两次写的口令不一样。"),
        "wrong_pin": _("口令不对，再试一次。忘了口令，里面没交上的记录谁也打不开。"),
        "needs_line": _("登记设备要先连上网。"),
        "set_up": _("登记好了。以后没有网，打开这一页、输口令就能记。"),
        "kept": _("记在这台设备里了。"),
        "changed": _("改好了。"),
        "no_words": _("还没写是什么事。一句话也行。"),
        "bad_phone": _("手机号不是 11 位，再看一眼。不想留就清空。"),
        "slip_given": _("回执已经给了本人，这一条只能是“记成一件事”。"),
        "merging": _("正在交……"),
        "merged": _("{n} 条交上去了{numbers}。"),
        "partly": _("{n} 条交上去了{numbers}，{m} 条没收下，原因写在下面。"),
        "numbers": _("：{numbers}"),
        "between": _("、"),
        "sign_in": _("登录过期了。先登录，回来接着交，记下的都还在。"),
        "not_here": _("现在登录的人今天不在这里值班。请值班的人或者召集人登录后再交。"),
        "failed": _("这次没交上，记下的都还在，过一会儿自动再试。"),
        "stored": _("存不下：这台设备可能满了。先把这一条抄在纸上。"),
        "no_number": _("还没有编号，连上网后给"),
        "number": _("编号 {number}"),
        "code": _("回执码 {code}，请告诉本人"),
        "no_code": _("没有回执码，交上以后给"),
        "to_merge": _("等着交"),
        "refused": _("没收下：{why}"),
        "edit": _("改"),
        "show_slip": _("看回执"),
        "new_code": _("换一个回执码"),
        "forget": _("清掉"),
        "voice": _("记成一件事"),
        "answered": _("当场答复了"),
        "talk": _("聊聊，没有要办的"),
        "elsewhere": _("告诉了该去哪里"),
        "locked": _("锁上了。输口令接着用。"),
    }
