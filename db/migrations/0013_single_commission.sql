-- Verification of single households beside the campaigns over areas, and what searching households needs.

-- A run over households named one by one, for a case. It stands in no list of campaigns and in no statistics. With `base_id` it rests on the
-- units' statements of that campaign (same as-of date and pack): the units are not asked to get ready again.
alter table campaign add column kind text not null default 'district' check (kind in ('district', 'single'));
alter table campaign add column household_nos text[];
-- What it was commissioned for, as the caller names it.
alter table campaign add column reference text;
alter table campaign add column base_id uuid references campaign;
alter table campaign add check ((kind = 'single') = (household_nos is not null));
create index campaign_district on campaign (campaign_no desc) where kind = 'district';
create index campaign_open on campaign (created_at) where state in ('preparing', 'running');
create index campaign_base on campaign (as_of, pack_hash, campaign_no desc) where base_id is null;

-- A household in all campaigns: its newest report, whoever commissioned it.
create index commission_household on commission (household_no);

-- Supporters are found by pinyin as persons are.
create index supporter_initials on supporter (initials text_pattern_ops);
create index supporter_pinyin on supporter (pinyin text_pattern_ops);

-- Numbers of rows that come by declaration and not with a package; never given twice, so that no number is ever another person's.
create sequence registry_row_no;

-- True for a household that came by declaration: no package ever had it, so none that comes without it removes it.
alter table household add column declared boolean not null default false;
create index household_declared on household (household_no) where declared;

-- What the verification has of households stands where they stand: called with the registry's news, after they have moved.
create function follow_commissions(households text[]) returns int language plpgsql
  security definer set search_path = public, pg_temp
  as $$
  declare
    t text;
    moved int;
  begin
    update exemption r set division_code = h.division_code from household h
      where r.household_no = any (households) and h.household_no = r.household_no and r.division_code <> h.division_code;
    foreach t in array array['query_line', 'subject_result', 'finding', 'clearing_step', 'report', 'objection', 'commission_pause', 'commission']
    loop
      execute format('update %I r set division_code = h.division_code from household h, commission c
        where c.household_no = any ($1) and h.household_no = c.household_no and r.campaign_id = c.campaign_id and r.household_no = c.household_no
          and r.division_code <> h.division_code', t) using households;
      get diagnostics moved = row_count;
    end loop;
    return moved;
  end $$;
revoke execute on function follow_commissions(text[]) from public;
grant execute on function follow_commissions(text[]) to yingbao_app;
