# The front door. `just` runs the everyday checks.
default: check test

# Formatting and lints, as CI runs them
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings

# The README's test command
test:
    cargo test --locked

# Accept changed snapshots and generated files
bless:
    CUTLINE_BLESS=1 INSTA_UPDATE=always TRYCMD=overwrite cargo test

# The main job on the sample media
demo:
    cargo run --release -- --db target/demo.db ingest sample_media
    cargo run --release -- --db target/demo.db flags
