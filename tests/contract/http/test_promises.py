"""What front ends may rely on beyond the two documents, line by line, with the tests that show it."""

import pytest

from named_tests import missing

PROMISES = [
    # Lists and reload
    (
        "every analysis of the caller is listed, newest first, in pages, with its progress",
        "test_a_page_that_is_loaded_again_finds_every_analysis_without_knowing_an_id "
        "test_pages_hold_every_analysis_once",
    ),
    (
        "lists filter by status, symbol, assetType and engine; an unknown status is 400",
        "test_the_list_filters_by_states_symbol_asset_type_and_engine "
        "test_a_filter_that_does_not_exist_is_400_and_names_the_parameter",
    ),
    (
        "a cancelled analysis has the status error and says so",
        "test_a_cancelled_analysis_is_listed_as_an_error_that_says_so test_cancelling_shows_as_an_error_that_says_so",
    ),
    (
        "DELETE of an analysis that has ended hides it from lists, not from metrics; it stays readable",
        "test_a_hidden_analysis_leaves_the_list_and_stays_readable_and_counted "
        "test_an_analysis_that_has_not_ended_cannot_be_hidden "
        "test_a_hidden_decision_leaves_the_pages_and_not_the_metrics",
    ),
    (
        "steps are there in every state, with text and evidence",
        "test_steps_are_listed_in_order_with_their_round_and_evidence_in_every_state",
    ),
    # Live
    (
        "each turn of a debate is an event with its round; an agent is completed once; no step above 20 points",
        "test_each_turn_of_a_debate_is_told_with_its_round_and_the_speaker_is_the_current_agent "
        "test_the_pace_shows_the_queue_every_round_and_a_true_estimate",
    ),
    (
        "live and polled state agree",
        "test_the_pace_shows_the_queue_every_round_and_a_true_estimate "
        "test_a_status_that_may_wait_answers_at_the_next_change",
    ),
    (
        "steps come only where they are asked for, on all transports",
        "test_steps_come_live_where_they_are_asked_for_and_the_documented_client_gets_the_documented_events "
        "test_every_transport_tells_the_same_and_resumes_at_any_point "
        "test_the_steps_of_the_live_events_are_those_of_the_list",
    ),
    (
        "an expired token closes the transport: the documented client comes back, or is refused by connect_error",
        "test_s51_the_documented_client_with_a_refreshing_token_comes_back_and_misses_nothing "
        "test_s51_the_documented_client_with_a_static_token_is_refused_when_it_comes_back "
        "test_s51_a_token_that_expires_closes_the_connection_unless_it_is_refreshed_in_place "
        "test_s51_the_stream_ends_when_the_token_expires_or_the_server_stops",
    ),
    (
        "no analysis_error with an empty id",
        "test_a_refusal_that_is_about_no_analysis_is_an_event_of_its_own",
    ),
    (
        "server-sent events resume by since and by Last-Event-ID",
        "test_every_transport_tells_the_same_and_resumes_at_any_point "
        "test_last_event_id_resumes_and_after_the_end_there_is_nothing",
    ),
    (
        "Socket.IO takes an Authorization header",
        "test_the_token_may_come_in_the_authorization_header "
        "test_python_socketio_may_send_its_token_in_the_authorization_header",
    ),
    (
        "one subscription brings everything of a user, with positions to resume by",
        "test_one_subscription_brings_everything_of_a_user_and_nothing_of_others test_since_resumes_after_a_position "
        "test_server_sent_events_bring_the_same_with_the_position_as_id "
        "test_every_kind_of_event_has_its_documented_name_and_fields",
    ),
    # Tokens and digests
    (
        "a personal token is shown once, bounded by scopes and time, and makes no tokens",
        "test_a_token_is_shown_once_and_opens_the_api test_s46_every_route_is_403_without_its_scope_and_not_with_it "
        "test_a_token_makes_and_deletes_no_tokens_and_changes_no_password",
    ),
    (
        "tokens of users open /analyze, and each account remembers for itself",
        "test_tokens_open_analyze_and_each_account_remembers_for_itself",
    ),
    # Browsers
    (
        "an allowed origin may send any header, with credentials",
        "test_a_preflight_allows_the_headers_that_it_asks_for test_s58_our_origin_may_call_with_credentials "
        "test_a_page_on_another_origin_works_where_it_is_allowed_and_nowhere_else",
    ),
    (
        "a demo allows localhost and 127.0.0.1 on any port; a refused origin is logged once with the setting",
        "test_local_pages_may_call_on_any_port_where_that_is_chosen "
        "test_a_refused_origin_is_logged_once_with_the_setting_that_allows_it",
    ),
    (
        "documentation, Location, Link and OpenAPI follow TRADECORE_ROOT_PATH",
        "test_the_documentation_works_on_a_phone_under_a_prefix_with_both_credentials test_pages_link_to_each_other "
        "test_documentation_needs_no_network test_a_launch_below_a_prefix_says_where_its_status_is",
    ),
    # A sandbox
    (
        "serve --demo paces its desk: queued, running and every round can be seen; cancel is immediate",
        "test_the_pace_shows_the_queue_every_round_and_a_true_estimate "
        "test_a_slow_analysis_is_announced_as_one_and_cancelled_without_waiting_for_the_pace",
    ),
    (
        "the scenario symbols end as they are called, in a demo only",
        "test_scenarios_end_as_they_are_called test_without_a_sandbox_the_scenarios_are_unknown_symbols",
    ),
    (
        "tradecore listen prints every event of a user",
        "test_listen_prints_every_event_through_a_restart_and_ends_with_its_reader",
    ),
    (
        "an account is exported and deleted",
        "test_everything_of_the_caller_comes_as_lines_that_the_manifest_counts "
        "test_a_removed_account_leaves_its_ledger_and_what_others_have",
    ),
    (
        "TRADECORE_TODAY runs the documented example from its launch to a filled order",
        "test_the_documented_example_runs_from_its_launch_to_a_filled_order_on_its_day",
    ),
    # Names
    (
        "engines are chosen by name in a launch, a command and a setting, and results name them",
        "test_a_launch_chooses_among_the_engines_that_are_listed "
        "test_the_setting_names_the_engine_of_launches_that_name_none",
    ),
    (
        "TRADECORE_PROVIDERS names further servers",
        "test_each_provider_is_there_when_it_is_configured_and_asked_by_its_name",
    ),
    (
        "in a demo, a key that is found spends nothing before a model is named",
        "test_a_key_that_is_found_is_not_used_before_a_model_is_named",
    ),
    (
        "settings are known by their documented names only",
        "test_an_unknown_name_is_refused_with_the_nearest_documented_one "
        "test_other_names_that_are_set_for_good_reason_are_not_refused",
    ),
    # Launch
    (
        "an analysis that is expected to take more than five minutes says so before the first call",
        "test_a_run_of_more_than_five_minutes_is_announced_by_its_first_event "
        "test_a_slow_analysis_is_announced_as_one_and_cancelled_without_waiting_for_the_pace",
    ),
]


@pytest.mark.parametrize(("promise", "tests"), PROMISES, ids=[promise for promise, _ in PROMISES])
def test_each_promise_has_its_tests(promise: str, tests: str) -> None:
    assert tests
    assert missing(tests) == set()
