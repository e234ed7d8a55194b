//! Archive -> findings: one file per rule.
