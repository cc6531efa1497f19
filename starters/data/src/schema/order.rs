//! Orders: what needs another comes after it, and names are given before they are taken.

use super::names;

/// Things by their places, in an order.
pub(crate) struct Sorted {
    /// Each after what it needs, as far as there is no circle.
    pub(crate) order: Vec<usize>,
    /// A circle, where there is one: each needs the next, and the last the first.
    pub(crate) circle: Option<Vec<usize>>,
}

/// Sorts things by what they need; what needs nothing keeps its place. A need of itself is none.
pub(crate) fn sort(needs: &[Vec<usize>]) -> Sorted {
    let mut sorted = Sorted {
        order: Vec::new(),
        circle: None,
    };
    let mut state = vec![State::Unseen; needs.len()];
    for at in 0..needs.len() {
        visit(at, needs, &mut state, &mut Vec::new(), &mut sorted);
    }
    sorted
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Unseen,
    Open,
    Done,
}

fn visit(
    at: usize,
    needs: &[Vec<usize>],
    state: &mut [State],
    path: &mut Vec<usize>,
    sorted: &mut Sorted,
) {
    let (Some(of), Some(State::Unseen)) = (needs.get(at), state.get(at)) else {
        return;
    };
    set(state, at, State::Open);
    path.push(at);
    for need in of.iter().filter(|need| **need != at) {
        if state.get(*need) == Some(&State::Open) {
            let from = path.iter().position(|it| it == need).unwrap_or_default();
            sorted
                .circle
                .get_or_insert_with(|| path.iter().skip(from).copied().collect());
        }
        visit(*need, needs, state, path, sorted);
    }
    path.pop();
    set(state, at, State::Done);
    sorted.order.push(at);
}

fn set(state: &mut [State], at: usize, to: State) {
    if let Some(state) = state.get_mut(at) {
        *state = to;
    }
}

/// Renames in an order in which no name is taken while another still has it; a circle of names
/// goes over one that nobody has.
pub(super) fn renames(pairs: &[(String, String)]) -> Vec<(String, String)> {
    let mut open: Vec<(String, String)> = pairs
        .iter()
        .filter(|(from, to)| from != to)
        .cloned()
        .collect();
    let mut done = Vec::new();
    let mut waiting: Vec<(String, String)> = Vec::new();
    while !open.is_empty() {
        let free = open
            .iter()
            .position(|(_, to)| !open.iter().any(|(from, _)| from == to));
        match free {
            Some(at) => done.push(open.remove(at)),
            None => {
                let (from, to) = open.remove(0);
                let between = names::between(&from);
                done.push((from, between.clone()));
                waiting.push((between, to));
            }
        }
    }
    done.extend(waiting);
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&str, &str)], expected: &[(&str, &str)]) {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let it = pairs
                .iter()
                .map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
            it.collect()
        };
        assert_eq!(renames(&owned(pairs)), owned(expected));
    }

    #[test]
    fn a_name_is_given_up_before_it_is_taken() {
        check(&[("a", "b"), ("b", "c")], &[("b", "c"), ("a", "b")]);
        check(&[("a", "a")], &[]);
        check(
            &[("a", "b"), ("b", "a")],
            &[("a", "savia_old_a"), ("b", "a"), ("savia_old_a", "b")],
        );
        check(
            &[("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")],
            &[
                ("a", "savia_old_a"),
                ("b", "a"),
                ("c", "savia_old_c"),
                ("d", "c"),
                ("savia_old_a", "b"),
                ("savia_old_c", "d"),
            ],
        );
    }

    #[test]
    fn what_is_needed_comes_first() {
        let sorted = sort(&[vec![2], vec![], vec![1, 2]]);
        assert_eq!((sorted.order, sorted.circle), (vec![1, 2, 0], None));
        let sorted = sort(&[vec![1], vec![2], vec![1]]);
        assert_eq!(sorted.circle, Some(vec![1, 2]));
        assert_eq!(sorted.order.len(), 3);
    }
}
