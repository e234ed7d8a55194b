-- Every finding with its pieces of evidence, one row each.
CREATE VIEW findings AS
SELECT f.id AS flag, f.rule, f.severity, f.confidence, f.subject_kind, f.subject_id, f.subject_name, f.summary, e.key AS seq,
       e.value ->> 'text' AS text, e.value ->> 'from' AS "from", e.value ->> 'input' AS input, e.value ->> 'carrier' AS carrier
FROM flags f, json_each(f.evidence) e;
