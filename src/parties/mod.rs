//! The registry of parties: aliases -> party, control by date.
