-- A photo registered when the notice was over, with an earlier date on it: why it was not registered while the notice hung.
alter table notice_posting add column late_reason text check (length(trim(late_reason)) >= 4);
