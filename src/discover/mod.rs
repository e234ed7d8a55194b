//! Paths -> inputs: a sorted walk, and what each file is.
