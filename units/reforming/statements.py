"""The statements that carry a reform out and take it back: a few, however much lies below it.

Their parameters are `units.reforming.carrying`'s. Each row that is written leaves a trace: what it
was before (nothing of one that is opened) and after.
"""
# ruff: noqa: S608 -- put together from pieces of this module alone

# Everything below a path is a range of the index on `path`: the character after "/" is "0".
_PLAN = """
    WITH changed AS (
        SELECT * FROM jsonb_to_recordset(%(changed)s) AS c(
            unit bigint, ends boolean, name text, type_name text, code text, located_in bigint,
            managed_by bigint)
    ), roots AS (
        SELECT old COLLATE "C" AS old, rtrim(old, '/') || '0' COLLATE "C" AS beyond, new
        FROM jsonb_to_recordset(%(roots)s) AS r(old text, new text)
    ), whole AS (
        SELECT * FROM jsonb_to_recordset(%(whole)s) AS w(before bigint, after bigint)
    ), touched AS (
        SELECT p.id FROM units_placement p JOIN changed c ON c.unit = p.unit_id
        UNION
        SELECT p.id FROM units_placement p JOIN roots r ON p.path >= r.old AND p.path < r.beyond
        UNION
        SELECT p.id FROM units_placement p JOIN whole w ON w.before = p.managed_by_id
    )
"""
# Of a state `p` what it becomes.
_PLACE = """coalesce(c.located_in, l.after, p.located_in_id)"""
_MANAGER = """coalesce(c.managed_by, b.after, p.managed_by_id)"""
_PATH = """coalesce(
        (SELECT r.new || substr(p.path, length(r.old) + 1) FROM roots r
         WHERE p.path >= r.old AND p.path < r.beyond ORDER BY length(r.old) DESC LIMIT 1),
        p.path)"""
_JOINS = """
    LEFT JOIN changed c ON c.unit = p.unit_id
    LEFT JOIN whole l ON l.before = p.located_in_id
    LEFT JOIN whole b ON b.before = p.managed_by_id
"""
_TRACE = """
    INSERT INTO units_reformtrace (reform_id, "table", row_id, before, after)
    SELECT %(reform)s, '{table}', id, before, after FROM written
"""
REWRITE_STATES = f"""
    {_PLAN}, becoming AS (
        SELECT p.id, to_jsonb(p) AS before, {_PLACE} AS place, {_MANAGER} AS manager,
            {_PATH} AS path
        FROM touched t JOIN units_placement p ON p.id = t.id {_JOINS}
        WHERE lower(p.period) >= %(day)s
    ), written AS (
        UPDATE units_placement p SET located_in_id = n.place, managed_by_id = n.manager,
            path = n.path
        FROM becoming n WHERE n.id = p.id
        RETURNING p.id, n.before, to_jsonb(p) AS after
    )
    {_TRACE.format(table="placement")}
"""
CLOSE_STATES = f"""
    {_PLAN}, running AS (
        SELECT p.id, to_jsonb(p) AS before, coalesce(c.ends, false) AS ends
        FROM touched t JOIN units_placement p ON p.id = t.id {_JOINS}
        WHERE p.period @> %(day)s AND p.period @> (%(day)s - 1)
    ), written AS (
        UPDATE units_placement p SET period = daterange(lower(p.period), %(day)s),
            end_basis = CASE WHEN n.ends THEN %(basis)s ELSE '' END
        FROM running n WHERE n.id = p.id
        RETURNING p.id, n.before, to_jsonb(p) AS after
    )
    {_TRACE.format(table="placement")}
"""
OPEN_STATES = f"""
    {_PLAN}, closed AS (
        SELECT p.* FROM units_reformtrace t,
            jsonb_populate_record(NULL::units_placement, t.before) p
        WHERE t.reform_id = %(reform)s AND t."table" = 'placement' AND p.period @> (%(day)s - 1)
    ), written AS (
        INSERT INTO units_placement (unit_id, kind, name, type_name, code, located_in_id,
            managed_by_id, path, period, basis, end_basis, provenance)
        SELECT p.unit_id, p.kind, coalesce(c.name, p.name), coalesce(c.type_name, p.type_name),
            coalesce(c.code, p.code), {_PLACE}, {_MANAGER}, {_PATH},
            daterange(%(day)s, upper(p.period)), %(basis)s, p.end_basis, ''
        FROM closed p {_JOINS}
        WHERE NOT coalesce(c.ends, false)
        RETURNING id, NULL::jsonb AS before, to_jsonb(units_placement) AS after
    )
    {_TRACE.format(table="placement")}
"""
_HOMES = """
    WITH homes AS (
        SELECT * FROM jsonb_to_recordset(%(homes)s) AS h(
            home bigint, kind text, after bigint, added integer)
    )
"""
REWRITE_MEMBERS = f"""
    {_HOMES}, becoming AS (
        SELECT m.id, to_jsonb(m) AS before, h.after AS home, m.number + h.added AS number
        FROM homes h JOIN units_member m ON m.home_id = h.home AND m.kind = h.kind
            AND (%(only)s::bigint[] IS NULL OR m.unit_id = ANY(%(only)s::bigint[]))
        WHERE lower(m.period) >= %(day)s
    ), written AS (
        UPDATE units_member m SET home_id = n.home, number = n.number
        FROM becoming n WHERE n.id = m.id
        RETURNING m.id, n.before, to_jsonb(m) AS after
    )
    {_TRACE.format(table="member")}
"""
CLOSE_MEMBERS = f"""
    {_HOMES}, running AS (
        SELECT m.id, to_jsonb(m) AS before
        FROM homes h JOIN units_member m ON m.home_id = h.home AND m.kind = h.kind
            AND (%(only)s::bigint[] IS NULL OR m.unit_id = ANY(%(only)s::bigint[]))
        WHERE m.period @> %(day)s
    ), written AS (
        UPDATE units_member m SET period = daterange(lower(m.period), %(day)s)
        FROM running n WHERE n.id = m.id
        RETURNING m.id, n.before, to_jsonb(m) AS after
    )
    {_TRACE.format(table="member")}
"""
OPEN_MEMBERS = f"""
    {_HOMES}, closed AS (
        SELECT m.* FROM units_reformtrace t,
            jsonb_populate_record(NULL::units_member, t.before) m
        WHERE t.reform_id = %(reform)s AND t."table" = 'member' AND m.period @> (%(day)s - 1)
            AND m.period @> %(day)s
    ), written AS (
        INSERT INTO units_member (unit_id, kind, home_id, number, label, people, household_id,
            sheet_group, period)
        SELECT m.unit_id, m.kind, h.after, m.number + h.added, m.label, m.people,
            m.household_id, m.sheet_group, daterange(%(day)s, upper(m.period))
        FROM closed m JOIN homes h ON h.home = m.home_id AND h.kind = m.kind
        RETURNING id, NULL::jsonb AS before, to_jsonb(units_member) AS after
    )
    {_TRACE.format(table="member")}
"""
TRACE_OPENED = f"""
    WITH written AS (
        SELECT id, NULL::jsonb AS before, to_jsonb(units_placement) AS after
        FROM units_placement WHERE id = ANY(%(keys)s)
    )
    {_TRACE.format(table="placement")}
"""
STATES = (REWRITE_STATES, CLOSE_STATES, OPEN_STATES)
MEMBERS = (REWRITE_MEMBERS, CLOSE_MEMBERS, OPEN_MEMBERS)

# Undoing

CHANGED_SINCE = """
    SELECT coalesce(p.name, t.after->>'name') FROM units_reformtrace t
    LEFT JOIN units_placement p ON p.id = t.row_id
    WHERE t.reform_id = %(reform)s AND t."table" = 'placement'
        AND NOT coalesce(to_jsonb(p) @> t.after, false)
    UNION
    SELECT home.name FROM units_reformtrace t
    LEFT JOIN units_member m ON m.id = t.row_id
    JOIN LATERAL (
        SELECT name FROM units_placement WHERE unit_id = (t.after->>'home_id')::bigint
        ORDER BY period DESC LIMIT 1
    ) home ON true
    WHERE t.reform_id = %(reform)s AND t."table" = 'member'
        AND NOT coalesce(to_jsonb(m) @> t.after, false)
    ORDER BY 1
"""
# What lies, after the reform, under a unit whose path it changed, and was not there when it did: it
# would keep a path that is no more.
FOUNDED_UNDER = """
    WITH moved AS (
        SELECT DISTINCT t.after->>'path' COLLATE "C" AS path FROM units_reformtrace t
        WHERE t.reform_id = %(reform)s AND t."table" = 'placement' AND EXISTS (
            SELECT 1 FROM units_reformtrace w
            WHERE w.reform_id = t.reform_id AND w."table" = t."table"
                AND w.before->>'unit_id' = t.after->>'unit_id'
                AND w.before->>'path' <> t.after->>'path')
    )
    SELECT DISTINCT p.name FROM moved m
    JOIN units_placement p ON p.path > m.path AND p.path < rtrim(m.path, '/') || '0'
    WHERE (upper_inf(p.period) OR upper(p.period) > %(day)s) AND NOT EXISTS (
        SELECT 1 FROM units_reformtrace t
        WHERE t.reform_id = %(reform)s AND t."table" = 'placement' AND t.row_id = p.id)
    ORDER BY 1
"""
RESTORE_STATES = """
    UPDATE units_placement p SET located_in_id = b.located_in_id, managed_by_id = b.managed_by_id,
        path = b.path, period = b.period, end_basis = b.end_basis
    FROM units_reformtrace t, jsonb_populate_record(NULL::units_placement, t.before) b
    WHERE t.reform_id = %(reform)s AND t."table" = 'placement' AND t.before IS NOT NULL
        AND p.id = t.row_id
"""
RESTORE_MEMBERS = """
    UPDATE units_member m SET home_id = b.home_id, number = b.number, period = b.period
    FROM units_reformtrace t, jsonb_populate_record(NULL::units_member, t.before) b
    WHERE t.reform_id = %(reform)s AND t."table" = 'member' AND t.before IS NOT NULL
        AND m.id = t.row_id
"""
_DELETE = """
    DELETE FROM {table} WHERE id IN (
        SELECT row_id FROM units_reformtrace
        WHERE reform_id = %(reform)s AND "table" = '{kept_as}' AND before IS NULL
    )
"""
DELETE_MEMBERS = _DELETE.format(table="units_member", kept_as="member")
DELETE_STATES = _DELETE.format(table="units_placement", kept_as="placement")
DELETE_UNITS = _DELETE.format(table="units_unit", kept_as="unit")
DELETE_TRACES = "DELETE FROM units_reformtrace WHERE reform_id = %(reform)s"
# What somebody built on it a moment ago is found now, and not when the transaction ends.
CHECK_REFERENCES = "SET CONSTRAINTS ALL IMMEDIATE"
CHECK_LATER = "SET CONSTRAINTS ALL DEFERRED"
