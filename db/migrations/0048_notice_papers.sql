-- Where objections are taken, as the notice says it; '' on notices of before.
alter table notice add column address text not null default '';

-- Each printing of a notice has its number: on the sheet stands which one it is. Nobody's data stands here.
create table notice_print (
  paper_no   text collate "C" not null,
  print_no   int not null check (print_no > 0),
  by_user    text collate "C" not null,
  at         timestamptz not null,
  primary key (paper_no, print_no)
);
revoke update, delete, truncate on notice_print from yingbao_app;
