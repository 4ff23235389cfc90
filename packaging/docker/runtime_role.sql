-- Run once, by the image's first start as plaudit_owner: the role the server works as.
\set password `cat /run/secrets/runtime_password`
create role plaudit_runtime login password :'password';
revoke all on database plaudit from public;
grant connect, temporary on database plaudit to plaudit_runtime;
