-- Standing decisions whose letters were not served: few, and asked for by every desk that serves them.
create index case_decision_unserved on case_decision (case_no) where undone_at is null and notified_at is null;
