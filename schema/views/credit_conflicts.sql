-- Findings on copies of one picture whose credits do not go together.
CREATE VIEW credit_conflicts AS
SELECT id AS flag, rule, severity, confidence, subject_id AS picture, subject_name AS name, summary, evidence
FROM flags WHERE rule IN ('credit-conflict', 'source-dropped');
