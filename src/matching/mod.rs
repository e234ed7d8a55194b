//! Which text describes which photo: one file per kind of evidence.
