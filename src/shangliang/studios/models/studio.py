"""What a studio is, and the steps of its life."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.fields import TenantForeignKey
from shangliang.core.models import TenantModel, own_id


class Studio(TenantModel):
    """A studio of any kind: what a body of kind `studio` is beyond its name, place and people."""

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("提出")
        CHECKED = "checked", _("审核通过")
        APPROVED = "approved", _("批准")
        TRIAL = "trial", _("试运行")
        OPEN = "open", _("开放")
        WARNED = "warned", _("提醒整改")
        SUSPENDED = "suspended", _("暂停")
        CLOSED = "closed", _("退出")

    # Every way there is; the playbook says which steps a locality uses and who decides each.
    TRANSITIONS: dict[str, frozenset[str]] = {
        Status.PROPOSED: frozenset({Status.CHECKED, Status.APPROVED, Status.TRIAL, Status.OPEN, Status.CLOSED}),
        Status.CHECKED: frozenset({Status.APPROVED, Status.TRIAL, Status.OPEN, Status.CLOSED}),
        Status.APPROVED: frozenset({Status.TRIAL, Status.OPEN, Status.CLOSED}),
        Status.TRIAL: frozenset({Status.OPEN, Status.WARNED, Status.CLOSED}),
        Status.OPEN: frozenset({Status.WARNED, Status.SUSPENDED, Status.CLOSED}),
        Status.WARNED: frozenset({Status.OPEN, Status.SUSPENDED, Status.CLOSED}),
        Status.SUSPENDED: frozenset({Status.OPEN, Status.CLOSED}),
        Status.CLOSED: frozenset(),
    }

    body = TenantForeignKey("people.Body", on_delete=models.PROTECT, related_name="studios")
    kind = models.CharField(max_length=30)  # a key of the playbook's kinds of studio
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROPOSED)
    motto = models.CharField(max_length=60, blank=True)  # 住得近，说得上话
    about = models.CharField(max_length=300, blank=True)
    theme = models.CharField(max_length=60, blank=True)  # what a themed one is about, or the brand of a circle
    online = models.BooleanField(default=False)  # has no room
    way = models.CharField(max_length=120, blank=True)  # how to get there
    shared_with = models.JSONField(default=list, blank=True)  # who else uses the site: 新时代文明实践站
    ends_with = models.CharField(max_length=80, blank=True)  # the task it closes with
    proposed_on = models.DateField()
    opened_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [
            own_id("studios_studio"),
            models.UniqueConstraint(fields=["tenant", "body"], name="studios_studio_body"),
        ]
        indexes = [models.Index(fields=["tenant", "status", "kind"], name="studios_studio_status")]


class StudioStep(TenantModel):
    """A step of a studio's life: which, who decided it, by which paper, and why."""

    studio = TenantForeignKey(Studio, on_delete=models.PROTECT, related_name="steps")
    to = models.CharField(max_length=10, choices=Studio.Status.choices)
    on = models.DateField()
    decided_by = models.CharField(max_length=60)
    document = models.CharField(max_length=80, blank=True)  # number or title of the paper
    attachment = TenantForeignKey("files.Attachment", null=True, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    class Meta(TenantModel.Meta):
        constraints = [own_id("studios_step")]
        indexes = [models.Index(fields=["tenant", "studio", "on"], name="studios_step_studio")]
