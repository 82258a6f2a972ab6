create table numbers(n integer primary key, square integer, name text);
with recursive up(n) as (select 1 union all select n + 1 from up where n < 20000)
  insert into numbers select n, n * n, printf('%05d', n * 7919 % 20011) from up;
create index names on numbers(name);
select count(*), sum(square), max(name) from numbers where name between '01000' and '09000';
select a.n, b.name, sqrt(a.square) from numbers a join numbers b on a.name = printf('%05d', b.n) order by b.name limit 5;
select n % 7 as class, avg(square), total(n) / 3, group_concat(name, '-') from numbers where n < 60 group by class having count(*) > 3 order by 2 desc;
begin;
delete from numbers where n % 3 = 0;
update numbers set name = upper(hex(name)) || substr(name, -2) where n between 100 and 110;
savepoint inner_one;
delete from numbers;
rollback to inner_one;
commit;
select * from numbers where n between 98 and 112;
create virtual table documents using fts5(title, body);
insert into documents values ('one', 'the quick brown fox'), ('two', 'jumps over the lazy dog'), ('three', 'a fox, a dog, and the rest');
select title, highlight(documents, 1, '<', '>') from documents where documents match 'fox OR dog' order by rank, title;
create virtual table boxes using rtree(id, x0, x1, y0, y1);
insert into boxes select n, n, n + 10, n * 2, n * 2 + 5 from numbers where n < 500;
select count(*), min(id), max(id) from boxes where x0 > 100 and x1 < 200 and y0 < 350;
select json_extract('{"a": [1, 2.5, {"b": "c"}]}', '$.a[2].b'), json_group_array(n) from numbers where n < 10;
select sin(1), exp(2.5), pow(2, 0.5), 1e308 * 10, -5 / 2, -5 % 3, 5.0 / 0, round(2.675, 2), 9223372036854775807 + 1;
select date('2024-02-29', '+1 year'), strftime('%J', '2000-01-01'), typeof(x'00ff'), quote(x'00ff');
select n, sum(n) over (order by n rows between 2 preceding and current row) from numbers where n < 20;
explain query plan select * from numbers where name > '5';
.mode json
select n, name from numbers limit 3;
.mode box
select n, name from numbers limit 3;
.mode list
select * from nowhere;
insert into numbers(n) values (1);
select 'integrity ' || integrity_check from pragma_integrity_check;
