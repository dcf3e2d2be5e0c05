"""The tree of places: province, city, district, street, community. Global, shared by all tenants."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shangliang.core.ids import uuid7


class Place(models.Model):
    """A place in the tree. Its code is a dated attribute; its `path` never follows a recoding."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("省")
        CITY = 2, _("市")
        DISTRICT = 3, _("区县")
        STREET = 4, _("街道乡镇")
        COMMUNITY = 5, _("社区村")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    level = models.PositiveSmallIntegerField(choices=Level.choices)
    name = models.CharField(max_length=60)  # as the divisions name it: 119街社区居委会
    short_name = models.CharField(max_length=40)  # as people say it: 119街社区
    code = models.CharField(max_length=12)  # the code in force, of 2, 4, 6, 9 or 12 digits
    # Labels from the province down, joined by "/": 42/4201/420107/420107003. A label is the code a
    # place was first loaded with, and stays when the place is recoded.
    path = models.CharField(max_length=80, unique=True)
    # Enclosures, development zones and the like, which statistics count but nobody governs as a street.
    statistical_only = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)  # A市, A3区: places masked in sample data
    succeeded_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [
            models.Index(fields=["parent", "code"], name="place_children"),
            models.Index(fields=["code"], name="place_code"),
        ]

    def __str__(self) -> str:
        return self.short_name


class PlaceCode(models.Model):
    """A code a place has or had, with the dates it was in force."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=12)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "since"], name="place_code_since")]


class PlaceAlias(models.Model):
    """Another name that people use for a place."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "place"], name="place_alias_once")]


class PlaceBoundary(models.Model):
    """The outline of a place, as a map file gave it."""

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="boundary")
    rings = models.JSONField()  # closed rings of [longitude, latitude]: outlines and holes alike
    # The box around them, so that a position is looked for in few outlines.
    south = models.FloatField()
    north = models.FloatField()
    west = models.FloatField()
    east = models.FloatField()
    source = models.CharField(max_length=200)  # whose map, of which day, in which coordinate system
