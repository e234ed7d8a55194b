//! Which photos are one picture: candidates -> verification -> groups.
