-- A message is marked twice on its way, once soon after it was written: room on its page spares the indexes a new entry each time.
alter table exchange_message set (fillfactor = 60);
