-- Faults of one batch.
copy upload_fault (upload_id, row_number, fault_number, code, column_name, value, expected)
from stdin (format binary)
