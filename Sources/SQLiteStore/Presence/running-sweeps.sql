SELECT sweep_id, name, host, boot_id, process_id, process_start FROM sweep WHERE status = 'running';
