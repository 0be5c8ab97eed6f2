from services.contracts.events import EVENT_TYPES, FOREIGN
from services.contracts.topics import MIB, TOPICS

BY_NAME = {topic.name: topic for topic in TOPICS}


def test_every_contract_has_its_topic_and_the_other_way_round() -> None:
    assert set(BY_NAME) == {*FOREIGN, *EVENT_TYPES}
    assert len(BY_NAME) == len(TOPICS)


def test_all_topics_have_as_many_partitions_so_that_a_patient_stays_in_one() -> None:
    assert {topic.partitions for topic in TOPICS} == {4}


def test_what_is_kept_by_key_is_never_deleted_by_time() -> None:
    compacted = {name for name, topic in BY_NAME.items() if topic.config()["cleanup.policy"] == "compact"}
    assert compacted == {"claims", "work-items"}
    assert all("retention.ms" not in BY_NAME[name].config() for name in compacted)


def test_the_memory_of_a_stage_outlives_the_year_in_which_medicare_takes_a_claim() -> None:
    year_ms = 366 * 24 * 60 * 60 * 1000
    for name in ("coded-encounters", "validated-encounters", "decisions", "dead-letters"):
        assert int(BY_NAME[name].config()["retention.ms"]) > year_ms


def test_time_is_counted_from_arrival() -> None:
    timed = [topic for topic in TOPICS if topic.retention_days is not None]
    assert {topic.config()["message.timestamp.type"] for topic in timed} == {"LogAppendTime"}


def test_a_dead_letter_has_room_for_the_largest_original_and_its_errors() -> None:
    largest = max(topic.max_message_bytes for topic in TOPICS if topic.name != "dead-letters")
    assert BY_NAME["dead-letters"].max_message_bytes >= largest + MIB
    assert BY_NAME["ehr-inbound"].config()["max.message.bytes"] == str(16 * MIB)
