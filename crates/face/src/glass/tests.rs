use super::*;
use proptest::prelude::*;

const NONCE: &str = "00000000000000000000000000000001";
const DIGEST: &str = "d1";

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn nonce(number: u8) -> Nonce {
    Nonce::from(u128::from(number).to_be_bytes())
}

fn shown(question: &str, digest: &str) -> Shown {
    Shown { question: question.to_owned(), digest: digest.to_owned() }
}

/// A window in front of the person, in which q1 was seen at the given moment.
fn looked_at(now: Duration) -> Glass {
    let mut glass = Glass::default();
    glass.visible(now);
    glass.focus(now);
    glass.show(nonce(1), [shown("q1", DIGEST)]);
    glass.seen(NONCE, "q1", now).unwrap();
    glass
}

fn answer(glass: &mut Glass, now: Duration) -> Result<(), Refused> {
    glass.answer(NONCE, "q1", DIGEST, now)
}

#[test]
fn what_was_read_can_be_answered_once() {
    let mut glass = looked_at(ms(0));
    assert_eq!(glass.armed_in(ms(100)), ms(300));
    assert_eq!(answer(&mut glass, ms(399)), Err(Refused::TooSoon));
    assert_eq!(answer(&mut glass, ms(400)), Ok(()));
    assert_eq!(answer(&mut glass, ms(2000)), Err(Refused::Stale));
}

#[test]
fn what_was_drawn_and_not_seen_cannot_be_answered() {
    let mut glass = looked_at(ms(0));
    glass.show(nonce(2), [shown("q2", "d2")]);
    assert_eq!(glass.armed_in(ms(5000)), GUARD);
    let second = nonce(2);
    assert_eq!(glass.answer(second.as_str(), "q2", "d2", ms(5000)), Err(Refused::TooSoon));
    glass.seen(second.as_str(), "q2", ms(5000)).unwrap();
    assert_eq!(glass.answer(second.as_str(), "q2", "d2", ms(5400)), Ok(()));
}

#[test]
fn an_answer_to_what_is_no_longer_there_is_stale_and_one_to_what_never_was_is_forged() {
    let mut glass = looked_at(ms(0));
    assert_eq!(glass.answer(NONCE, "q1", "another", ms(900)), Err(Refused::NotShown));
    assert_eq!(glass.answer(NONCE, "q2", DIGEST, ms(900)), Err(Refused::NotShown));
    assert_eq!(glass.answer("", "q1", DIGEST, ms(900)), Err(Refused::NotShown));
    assert_eq!(glass.answer_listed(NONCE, &[], ms(900)), Err(Refused::NotShown));
    assert!(Refused::NotShown.is_forged());
    glass.show(nonce(2), [shown("q1", DIGEST)]);
    assert_eq!(answer(&mut glass, ms(900)), Err(Refused::Stale));
    assert_eq!(glass.seen(NONCE, "q1", ms(900)), Err(Refused::Stale));
    assert!(!Refused::Stale.is_forged());
    glass.clear();
    assert_eq!(answer(&mut glass, ms(900)), Err(Refused::Stale));
}

#[test]
fn focus_arms_the_guard_anew_and_without_it_nothing_counts() {
    let mut glass = looked_at(ms(0));
    glass.blur();
    assert_eq!(answer(&mut glass, ms(900)), Err(Refused::Unfocused));
    assert_eq!(glass.armed_in(ms(900)), GUARD);
    glass.focus(ms(1000));
    assert_eq!(answer(&mut glass, ms(1399)), Err(Refused::TooSoon));
    assert_eq!(answer(&mut glass, ms(1400)), Ok(()));
}

#[test]
fn a_hidden_window_takes_nothing() {
    let mut glass = looked_at(ms(0));
    glass.hidden();
    assert_eq!(answer(&mut glass, ms(900)), Err(Refused::Hidden));
    glass.visible(ms(1000));
    assert_eq!(answer(&mut glass, ms(1399)), Err(Refused::TooSoon));
    glass.visible(ms(1399));
    assert_eq!(answer(&mut glass, ms(1400)), Ok(()), "it was visible all the while");
}

#[test]
fn whoever_types_through_waits_until_a_pause() {
    let mut glass = looked_at(ms(0));
    for press in 1..20 {
        glass.touched(ms(press * 300));
        assert_eq!(answer(&mut glass, ms(press * 300)), Err(Refused::TooSoon));
    }
    glass.touched(ms(6100));
    assert_eq!(answer(&mut glass, ms(6100)), Ok(()), "the press came after the guard");
}

#[test]
fn what_was_pressed_within_the_guard_is_no_answer_however_late_the_page_hears_of_it() {
    let mut glass = looked_at(ms(0));
    glass.pressed(ms(100));
    glass.touched(ms(900));
    assert_eq!(answer(&mut glass, ms(901)), Err(Refused::TooSoon), "the page was busy for 800 ms");
    glass.pressed(ms(1000));
    assert_eq!(answer(&mut glass, ms(1001)), Ok(()), "a press after the guard");
}

#[test]
fn a_later_press_does_not_make_an_earlier_one_good_of_which_the_page_has_yet_to_hear() {
    let mut glass = looked_at(ms(0));
    glass.pressed(ms(100));
    glass.pressed(ms(600));
    glass.touched(ms(700));
    assert_eq!(answer(&mut glass, ms(701)), Err(Refused::TooSoon), "it answers with the first");
    glass.touched(ms(702));
    glass.pressed(ms(800));
    assert_eq!(answer(&mut glass, ms(801)), Ok(()));
}

#[test]
fn a_page_begun_anew_hears_nothing_of_earlier_presses() {
    let mut glass = looked_at(ms(0));
    glass.pressed(ms(100));
    glass.begin();
    glass.show(nonce(2), [shown("q1", DIGEST)]);
    glass.seen(nonce(2).as_str(), "q1", ms(200)).unwrap();
    glass.pressed(ms(700));
    assert_eq!(glass.answer(nonce(2).as_str(), "q1", DIGEST, ms(701)), Ok(()));
}

#[test]
fn the_guard_is_as_long_as_the_person_wants_it() {
    let mut glass = looked_at(ms(0));
    glass.arm_for(ms(2000), ms(0));
    assert_eq!(glass.armed_in(ms(500)), ms(1500));
    assert_eq!(answer(&mut glass, ms(1999)), Err(Refused::TooSoon));
    glass.touched(ms(1999));
    assert_eq!(answer(&mut glass, ms(3998)), Err(Refused::TooSoon));
    assert_eq!(answer(&mut glass, ms(3999)), Ok(()));
}

#[test]
fn a_press_of_which_the_system_tells_late_counts_from_when_it_was() {
    let mut glass = looked_at(ms(0));
    // The machine stood still; then everything comes at once.
    glass.pressed(ms(200));
    glass.pressed(ms(300));
    assert_eq!(answer(&mut glass, ms(3000)), Err(Refused::TooSoon));
    glass.pressed(ms(250));
    assert_eq!(answer(&mut glass, ms(3000)), Err(Refused::TooSoon), "out of order");
}

#[test]
fn who_answers_without_pressing_anything_does_not_wait_for_ever() {
    let mut glass = looked_at(ms(0));
    glass.pressed(ms(100));
    assert_eq!(answer(&mut glass, ms(6099)), Err(Refused::TooSoon));
    assert_eq!(answer(&mut glass, ms(6100)), Ok(()));
}

#[test]
fn a_list_is_answered_as_a_whole_and_only_where_each_was_seen() {
    let mut glass = looked_at(ms(0));
    let listed = [shown("q1", "d1"), shown("q2", "d2"), shown("q3", "d3")];
    glass.show(nonce(2), listed.clone());
    let second = nonce(2);
    let second = second.as_str();
    glass.seen(second, "q1", ms(0)).unwrap();
    glass.seen(second, "q2", ms(10)).unwrap();
    assert_eq!(glass.seen_questions(), ["q1", "q2"]);
    assert_eq!(glass.answer_listed(second, &listed, ms(900)), Err(Refused::TooSoon));
    let unknown = [shown("q1", "d1"), shown("q2", "another")];
    assert_eq!(glass.answer_listed(second, &unknown, ms(900)), Err(Refused::NotShown));
    assert_eq!(glass.answer_listed(second, &listed[..2], ms(900)), Ok(()));
    assert_eq!(glass.answer_listed(second, &listed[..1], ms(900)), Err(Refused::Stale));
}

/// What can happen to the window.
#[derive(Clone, Debug)]
enum Event {
    Answer,
    Blur,
    Focus,
    Hidden,
    Pressed,
    Seen,
    Show,
    Touched,
    Visible,
}

fn event() -> impl Strategy<Value = Event> {
    use Event::{Answer, Blur, Focus, Hidden, Pressed, Seen, Show, Touched, Visible};
    prop_oneof![
        6 => Just(Answer), 1 => Just(Blur), 2 => Just(Focus), 1 => Just(Hidden),
        3 => Just(Seen), 2 => Just(Show), 2 => Just(Pressed), 2 => Just(Touched), 2 => Just(Visible),
    ]
}

fn story() -> impl Strategy<Value = Vec<(Event, u64)>> {
    prop::collection::vec((event(), 0..700_u64), 1..60)
}

proptest! {
    #[test]
    fn no_course_of_events_lets_an_answer_through_that_nobody_can_have_meant(story in story()) {
        let mut glass = Glass::default();
        let mut now = ms(0);
        // The same in the plainest words: what is on the screen, and when something last happened to it.
        let (mut drawn, mut seen, mut visible, mut focused) = (0_u8, false, false, false);
        let mut quiet_since = None;
        // The last press within the guard, and whether the page has told of one since.
        let mut guarded_press: Option<(Duration, bool)> = None;
        let mut answered = Vec::new();
        for (event, pause) in story {
            now += ms(pause);
            let current = nonce(drawn);
            let guarded = quiet_since.is_some_and(|since| now < since + GUARD);
            match event {
                Event::Answer => {
                    let given = glass.answer(current.as_str(), "q", "d", now);
                    let late = guarded_press.is_some_and(|(pressed, _)| now < pressed + LATE);
                    let may = drawn > 0 && seen && visible && focused && !guarded && !late && !answered.contains(&drawn);
                    prop_assert_eq!(given.is_ok(), may, "{:?}", given);
                    if given.is_ok() {
                        answered.push(drawn);
                        seen = false;
                    }
                }
                Event::Blur => { glass.blur(); focused = false; }
                Event::Focus => { glass.focus(now); focused = true; quiet_since = Some(now); }
                Event::Hidden => { glass.hidden(); visible = false; }
                Event::Pressed => {
                    glass.pressed(now);
                    guarded_press = match guarded_press {
                        _ if guarded => Some((now, false)),
                        Some((_, true)) => None,
                        waits => waits,
                    };
                    if guarded { quiet_since = Some(now); }
                }
                Event::Seen => {
                    let was = glass.seen(current.as_str(), "q", now);
                    prop_assert_eq!(was.is_ok(), drawn > 0 && !answered.contains(&drawn));
                    if was.is_ok() { seen = true; quiet_since = Some(now); }
                }
                Event::Show => { drawn += 1; glass.show(nonce(drawn), [shown("q", "d")]); seen = false; }
                Event::Touched => {
                    glass.touched(now);
                    guarded_press = guarded_press.map(|(at, _)| (at, true));
                    if guarded { quiet_since = Some(now); }
                }
                Event::Visible => { if !visible { quiet_since = Some(now); } glass.visible(now); visible = true; }
            }
            if glass.armed_in(now) == ms(0) {
                prop_assert!(visible && focused && seen);
            }
        }
    }

    #[test]
    fn only_the_last_drawing_can_be_answered(drawings in 2..100_u8, pick in any::<prop::sample::Index>()) {
        let mut glass = looked_at(ms(0));
        for number in 1..=drawings {
            glass.show(nonce(number), [shown("q", "d")]);
            glass.seen(nonce(number).as_str(), "q", ms(0)).unwrap();
        }
        let earlier = nonce(1 + u8::try_from(pick.index(usize::from(drawings) - 1)).unwrap());
        prop_assert!(glass.answer(earlier.as_str(), "q", "d", ms(900)).is_err());
        prop_assert_eq!(glass.answer(nonce(drawings).as_str(), "q", "d", ms(900)), Ok(()));
    }

    #[test]
    fn nothing_that_was_not_drawn_can_be_answered(nonce in "[0-9a-f]{0,40}", question in "q?[0-9]?", digest in "d?[0-9]?") {
        let mut glass = looked_at(ms(0));
        let is_what_was_drawn = nonce == NONCE && question == "q1" && digest == DIGEST;
        prop_assert_eq!(glass.answer(&nonce, &question, &digest, ms(900)).is_ok(), is_what_was_drawn);
    }
}

#[test]
fn nonces_differ() {
    let made: Vec<_> = (0..100).map(|_| Nonce::make().unwrap()).collect();
    assert!(made.iter().all(|one| one.as_str().len() == 32));
    assert_eq!(made.iter().collect::<std::collections::HashSet<_>>().len(), made.len());
}
