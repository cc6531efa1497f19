//! Builds again when a migration comes or goes: the compiler notices a changed file by itself, and
//! not a new one.

fn main() {
    println!("cargo::rerun-if-changed=src");
}
