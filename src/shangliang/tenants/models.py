"""A tenant: the committee of a district, city or province that runs its work here."""

from __future__ import annotations

from django.db import models

from shangliang.core import clock
from shangliang.core.ids import uuid7


class Tenant(models.Model):
    """Everything but places, persons and accounts belongs to exactly one tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=40, unique=True)  # by default its division code
    mark = models.CharField(max_length=3, unique=True)  # opens every slip code
    name = models.CharField(max_length=60)  # 武汉市青山区
    place_path = models.CharField(max_length=80)  # `places.Place.path` of what it governs
    office_phone = models.CharField(max_length=40, blank=True)
    office_hours = models.CharField(max_length=60, blank=True)
    is_demo = models.BooleanField(default=False)  # its matters are invented and say so
    successor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    def __str__(self) -> str:
        return self.name
