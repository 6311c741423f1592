//! What Keyholder promises, told as stories with its real programs. One file a promise.

mod a_changed_log_is_noticed;
mod a_refresh_survives_kills;
mod asks_in_the_terminal;
mod bad_files_and_full_disks;
mod bad_lines_from_the_host;
mod bad_servers;
mod broker_death_is_answered_once;
mod definitions_are_pinned;
mod denies_when_nobody_can_be_asked;
mod hosts_and_servers_of_both_eras;
mod keeps_tokens_in_a_sealed_file;
mod never_shows_a_token;
mod one_broker_for_everyone;
mod one_sign_in_for_everyone;
mod reading_changes_what_may_be_sent;
mod refreshes_once_for_everyone;
mod refuses_without_a_keychain;
mod rules_on_disk_gain_nothing;
mod signs_in_and_calls_a_tool;
mod takes_permission_back;
mod the_demo_tells_the_truth;
mod the_harness_itself;
mod the_side_door_only_lowers;
