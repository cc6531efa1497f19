//! The macros as their users meet them: what compiles and runs, and what is said of mistakes.
//!
//! A changed message is accepted with `TRYBUILD=overwrite cargo test -p savia-integration-tests
//! --test macros`; read it as somebody who made the mistake before it is committed.

#[test]
fn macros() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/macros/pass/*.rs");
    cases.compile_fail("tests/macros/fail/*.rs");
}
