//! What Keyholder promises, told as stories with its real programs. One file a promise.

mod broker_death_is_answered_once;
mod denies_when_nobody_can_be_asked;
mod never_shows_a_token;
mod refuses_without_a_keychain;
mod signs_in_and_calls_a_tool;
mod the_harness_itself;
mod two_bridges_refresh_once;
