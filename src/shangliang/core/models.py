"""The base of every row of work. Abstract only: core has no table."""

from __future__ import annotations

from typing import Any

from django.db import models
from django_scopes import ScopedManager

from shangliang.core.fields import TenantMismatch
from shangliang.core.ids import uuid7


class Stays:
    """A row stays in its tenant. Not a model, so that the models a migration sees have it too."""

    is_tenant_model = True

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any) -> Any:
        row = super().from_db(db, field_names, values)  # type: ignore[misc]
        row._state.tenant_id = row.__dict__.get("tenant_id")
        return row

    def _do_update(
        self, base_qs: Any, using: Any, pk_val: Any, values: Any, update_fields: Any, forced_update: Any
    ) -> Any:
        was = getattr(self._state, "tenant_id", None)  # type: ignore[attr-defined]
        if was is not None and was != self.tenant_id:  # type: ignore[attr-defined]
            raise TenantMismatch(f"{type(self).__name__} {pk_val} cannot move to another tenant")
        values = [value for value in values if value[0].name != "tenant"]
        own = base_qs.filter(tenant_id=self.tenant_id)  # type: ignore[attr-defined]
        return super()._do_update(own, using, pk_val, values, update_fields, forced_update)  # type: ignore[misc]

    def refresh_from_db(self, using: Any = None, fields: Any = None, from_queryset: Any = None) -> None:
        # tenant_id may itself be deferred: reading it here would come back to this method.
        if from_queryset is None and "tenant_id" in self.__dict__:
            from_queryset = type(self)._base_manager.db_manager(using).filter(tenant_id=self.tenant_id)  # type: ignore[attr-defined]
        super().refresh_from_db(using=using, fields=fields, from_queryset=from_queryset)  # type: ignore[misc]


class TenantModel(Stays, models.Model):  # type: ignore[misc]  # the mixin's hooks are untyped in Django
    """A row that belongs to exactly one tenant, and never leaves it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    tenant = models.ForeignKey("tenants.Tenant", on_delete=models.PROTECT, related_name="+", editable=False)
    objects = ScopedManager(tenant="tenant")

    class Meta:
        abstract = True
        base_manager_name = "objects"


def own_id(table: str) -> models.UniqueConstraint:
    """The (tenant, id) uniqueness that lets keys between tenant tables become composite when sharded."""
    return models.UniqueConstraint(fields=["tenant", "id"], name=f"{table}_own_id")
