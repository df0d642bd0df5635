"""The first structure: the register, the boundaries and the count of writes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table."""
    op.create_table(
        "counties",
        sa.Column("county_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("official_km2", sa.Double()),
        sa.PrimaryKeyConstraint("county_code"),
    )
    op.create_table(
        "townships",
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("county_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("villages_total", sa.Integer()),
        sa.Column("seat_lon", sa.Double()),
        sa.Column("seat_lat", sa.Double()),
        sa.Column("list_year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("township_code"),
        sa.ForeignKeyConstraint(
            ["county_code"],
            ["counties.county_code"],
            name="fk_townships_county_code",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_townships_county_code", "townships", ["county_code"])
    op.create_index("ix_townships_kind", "townships", ["kind"])
    op.create_table(
        "villages",
        sa.Column("village_code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("list_year", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village_code"),
        sa.ForeignKeyConstraint(
            ["township_code"],
            ["townships.township_code"],
            name="fk_villages_township_code",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_villages_kind", "villages", ["kind"])
    op.create_index("ix_villages_township_code", "villages", ["township_code"])
    op.create_table(
        "reporting_units",
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("county_code", sa.String()),
        sa.PrimaryKeyConstraint("unit_id"),
        sa.ForeignKeyConstraint(
            ["county_code"],
            ["counties.county_code"],
            name="fk_reporting_units_county_code",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_reporting_units_county_code", "reporting_units", ["county_code"])
    op.create_index("ix_reporting_units_kind", "reporting_units", ["kind"])
    op.create_table(
        "unit_townships",
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("unit_id", sa.String(), nullable=False),
        sa.Column("from_date", sa.Date(), nullable=False),
        sa.Column("to_date", sa.Date()),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("township_code", "from_date"),
        sa.ForeignKeyConstraint(
            ["township_code"],
            ["townships.township_code"],
            name="fk_unit_townships_township_code",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"],
            ["reporting_units.unit_id"],
            name="fk_unit_townships_unit_id",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_table(
        "township_aliases",
        sa.Column("alias", sa.String(), nullable=False),
        sa.Column("township_code", sa.String(), nullable=False),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("alias", "township_code"),
        sa.ForeignKeyConstraint(
            ["township_code"],
            ["townships.township_code"],
            name="fk_township_aliases_township_code",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_township_aliases_township_code", "township_aliases", ["township_code"])
    op.create_table(
        "county_population",
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("population", sa.Integer()),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("area_code", "year", "basis"),
    )
    op.create_table(
        "venues",
        sa.Column("venue_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("county_code", sa.String()),
        sa.Column("township_code", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("lon", sa.Double()),
        sa.Column("lat", sa.Double()),
        sa.Column("position_precision", sa.String(), nullable=False),
        sa.Column("source_datum", sa.String()),
        sa.Column("opening_hours", sa.String()),
        sa.Column("hours_note", sa.String()),
        sa.Column("phone", sa.String()),
        sa.Column("booking_required", sa.Boolean()),
        sa.Column("booking_url", sa.String()),
        sa.Column("booking_note", sa.String()),
        sa.Column("group_lead_days", sa.Integer()),
        sa.Column("group_max", sa.Integer()),
        sa.Column("visit_min", sa.Integer()),
        sa.Column("free", sa.Boolean()),
        sa.Column("admission", sa.String()),
        sa.Column("barrier_free", sa.Boolean()),
        sa.Column("subjects", sa.String()),
        sa.Column("host", sa.String()),
        sa.Column("operator", sa.String()),
        sa.Column("intro", sa.String()),
        sa.Column("mobile", sa.Boolean()),
        sa.Column("opened_on", sa.Date()),
        sa.Column("closed_on", sa.Date()),
        sa.Column("designated_on", sa.Date()),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.Column("verified_on", sa.Date()),
        sa.Column("demo", sa.Boolean()),
        sa.PrimaryKeyConstraint("venue_id"),
        sa.ForeignKeyConstraint(
            ["county_code"],
            ["counties.county_code"],
            name="fk_venues_county_code",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["township_code"],
            ["townships.township_code"],
            name="fk_venues_township_code",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_venues_county_code", "venues", ["county_code"])
    op.create_index("ix_venues_kind", "venues", ["kind"])
    op.create_index("ix_venues_township_code", "venues", ["township_code"])
    op.create_table(
        "promoters",
        sa.Column("promoter_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String()),
        sa.Column("duty", sa.String()),
        sa.Column("full_time", sa.Boolean()),
        sa.Column("from_date", sa.Date()),
        sa.Column("to_date", sa.Date()),
        sa.Column("commended_on", sa.Date()),
        sa.Column("consent_on", sa.Date()),
        sa.Column("demo", sa.Boolean()),
        sa.PrimaryKeyConstraint("promoter_id"),
    )
    op.create_table(
        "promoter_villages",
        sa.Column("promoter_id", sa.String(), nullable=False),
        sa.Column("village_code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("promoter_id", "village_code"),
        sa.ForeignKeyConstraint(
            ["promoter_id"],
            ["promoters.promoter_id"],
            name="fk_promoter_villages_promoter_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["village_code"],
            ["villages.village_code"],
            name="fk_promoter_villages_village_code",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_index("ix_promoter_villages_village_code", "promoter_villages", ["village_code"])
    op.create_table(
        "routes",
        sa.Column("route_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("theme", sa.String()),
        sa.Column("duration", sa.String()),
        sa.Column("organiser", sa.String()),
        sa.Column("held", sa.String()),
        sa.Column("intro", sa.String()),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.Column("verified_on", sa.Date()),
        sa.Column("demo", sa.Boolean()),
        sa.PrimaryKeyConstraint("route_id"),
    )
    op.create_table(
        "route_stops",
        sa.Column("route_id", sa.String(), nullable=False),
        sa.Column("stop_no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("venue_id", sa.String()),
        sa.Column("day", sa.Integer()),
        sa.Column("stay_min", sa.Integer()),
        sa.Column("note", sa.String()),
        sa.PrimaryKeyConstraint("route_id", "stop_no"),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["routes.route_id"],
            name="fk_route_stops_route_id",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.ForeignKeyConstraint(
            ["venue_id"],
            ["venues.venue_id"],
            name="fk_route_stops_venue_id",
            deferrable=True,
            initially="DEFERRED",
        ),
    )
    op.create_table(
        "holidays",
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source_url", sa.String()),
        sa.Column("source_grade", sa.String()),
        sa.PrimaryKeyConstraint("date"),
    )
    op.create_table(
        "meta",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("built_revision", sa.Integer(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.Column("changed", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "boundary_layers",
        sa.Column("layer_id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("compiled_on", sa.Date()),
        sa.Column("approval_number", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("layer_id"),
    )
    op.create_table(
        "boundary_shapes",
        sa.Column("layer_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String()),
        sa.Column("geometry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("layer_id", "code"),
        sa.ForeignKeyConstraint(
            ["layer_id"], ["boundary_layers.layer_id"], name="fk_boundary_shapes_layer_id"
        ),
    )
