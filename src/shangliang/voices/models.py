"""What people said: voices, their slips and contacts, and the neighbours' +1."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Contact(TenantModel):
    """How to reach whoever spoke. Sealed; seen only by those handling, every look logged."""

    sealed = models.BinaryField(null=True)  # JSON: name, phone, email; None once erased
    phone_hash = models.BinaryField(max_length=32, null=True)  # to find a returning visitor
    channel = models.CharField(max_length=10, default="page")  # how they want to hear: page, sms, email, wechat

    class Meta(TenantModel.Meta):
        constraints = [own_id("voices_contact")]
        indexes = [models.Index(fields=["tenant", "phone_hash"], name="voices_contact_phone")]


class Voice(TenantModel):
    """What one person said at one time through one channel. Its words never change; it has no status."""

    class Channel(models.TextChoices):
        WEB = "web", _("网页")
        COUNTER = "counter", _("当面")
        PHONE = "phone", _("电话")
        PAPER = "paper", _("纸条")
        IMPORT = "import", _("导入")

    class Openness(models.TextChoices):
        PUBLIC = "public", _("公开这件事，不公开我")
        HANDLERS = "handlers", _("只给社区和委员看")
        ANONYMOUS = "anonymous", _("完全匿名")

    class For(models.TextChoices):
        SELF = "self", _("我自己")
        GROUP = "group", _("我们一群人")
        ENTERPRISE = "enterprise", _("一家企业")

    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="voices")
    # The words are written with the entry that commits to them, the last statement of the act: the
    # row is not there yet when the voice is, so the database is not asked to check the key.
    words = TenantForeignKey("ledger.Words", on_delete=models.PROTECT, related_name="+", db_constraint=False)
    follows = TenantForeignKey("self", null=True, on_delete=models.PROTECT, related_name="additions")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    openness = models.CharField(max_length=10, choices=Openness.choices)
    speaks_for = models.CharField(max_length=10, choices=For.choices, default=For.SELF)
    group_size = models.PositiveIntegerField(default=1)
    contact = TenantForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="voices")
    key = models.CharField(max_length=80)  # of the form or the imported row: the same one never speaks twice
    held = models.BooleanField(default=False)  # looks automatic: staff look before it counts
    consent_withdrawn_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)  # staff let the public read the words
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("voices_voice"),
            models.UniqueConstraint(fields=["tenant", "key"], name="voices_voice_key"),
        ]
        indexes = [models.Index(fields=["tenant", "matter", "happened_at"], name="voices_voice_matter")]


class VoicePhoto(TenantModel):
    """A photo that came with a voice."""

    voice = TenantForeignKey(Voice, on_delete=models.PROTECT, related_name="photos")
    attachment = TenantForeignKey("files.Attachment", on_delete=models.PROTECT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("voices_photo"),
            models.UniqueConstraint(fields=["tenant", "voice", "attachment"], name="voices_photo_once"),
        ]


class Slip(TenantModel):
    """The code by which its owner finds a voice again. Stored sealed, found by a keyed hash."""

    voice = TenantForeignKey(Voice, on_delete=models.PROTECT, related_name="slips")
    digest = models.BinaryField(max_length=32)
    sealed = models.BinaryField()
    issued_at = models.DateTimeField()
    died_at = models.DateTimeField(null=True)  # replaced at the counter

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("voices_slip"),
            models.UniqueConstraint(fields=["tenant", "digest"], name="voices_slip_digest"),
        ]
        indexes = [models.Index(fields=["tenant", "voice", "issued_at"], name="voices_slip_voice")]


class Support(TenantModel):
    """A neighbour's +1 to a matter (我也是), once a device."""

    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="supports")
    device = models.BinaryField(max_length=32)  # keyed hash of a random cookie
    happened_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("voices_support"),
            models.UniqueConstraint(fields=["tenant", "matter", "device"], name="voices_support_once"),
        ]


class ImportedRow(TenantModel):
    """A row of an imported file as it came: kept, so that nothing of the original is lost."""

    source = models.CharField(max_length=120)  # the file's name
    key = models.CharField(max_length=80)
    row = models.PositiveIntegerField()
    sealed = models.BinaryField(null=True)  # the row as JSON; None once its words were erased
    voice = TenantForeignKey(Voice, on_delete=models.PROTECT, related_name="imported_rows")

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("voices_importedrow"),
            models.UniqueConstraint(fields=["tenant", "key"], name="voices_importedrow_key"),
        ]


class SearchText(TenantModel):
    """The tokens a matter is found by (`search`), of its public face alone. The engine's index lies beside it."""

    matter = TenantForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="search_texts")
    tokens = models.TextField()  # separated by spaces
    row = models.BigIntegerField(null=True)  # SQLite: the row of the FTS5 table, which knows only numbers

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("voices_searchtext"),
            models.UniqueConstraint(fields=["tenant", "matter"], name="voices_searchtext_once"),
        ]
        indexes = [models.Index(fields=["tenant", "row"], name="voices_searchtext_row")]
