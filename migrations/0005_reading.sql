-- How each CSV file was understood: encoding, separator, header rows, decimal mark and order of dates,
-- and why.

-- migrate:up

alter table upload add column reading json;

-- migrate:down

alter table upload drop column reading;
