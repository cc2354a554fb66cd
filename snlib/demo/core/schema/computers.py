"""The configuration items that are computers (servicenow.md 6.5), and the models that they are of."""

from __future__ import annotations

from snlib.demo.core.schema.model import Table, table

COMPUTERS: tuple[Table, ...] = (
    table(
        "cmdb_ci_computer",
        "Computer",
        "name",
        """
        name | Name | string
        asset_tag | Asset tag | string
        serial_number | Serial number | string
        assigned_to | Assigned to | reference sys_user
        owned_by | Owned by | reference sys_user
        managed_by | Managed by | reference sys_user
        manufacturer | Manufacturer | reference core_company
        model_id | Model ID | reference cmdb_model
        os | Operating System | string
        os_version | OS Version | string
        os_service_pack | OS Service Pack | string
        os_domain | OS Domain | string
        ram | RAM (MB) | integer
        cpu_name | CPU name | string
        cpu_count | CPU count | integer
        disk_space | Disk space (GB) | integer
        ip_address | IP Address | string
        mac_address | MAC Address | string
        fqdn | Fully qualified domain name | string
        dns_domain | DNS Domain | string
        chassis_type | Chassis type | string
        form_factor | Form factor | string
        install_status | Status | integer_choice
        operational_status | Operational status | integer_choice
        first_discovered | First discovered | glide_date_time
        last_discovered | Most recent discovery | glide_date_time
        most_frequent_user | Most frequent logged in user | reference sys_user
        discovery_source | Discovery source | string
        warranty_expiration | Warranty expiration | glide_date
        location | Location | reference cmn_location
        department | Department | reference cmn_department
        company | Company | reference core_company
        support_group | Support group | reference sys_user_group
        virtual | Is Virtual | boolean
        comments | Comments | string
        sys_class_name | Class | string
        """,
    ),
    table("cmdb_model", "Product Model", "name", "name | Name | string"),
)
"""A row of ``cmdb_ci_computer`` has the sys_id of its row in ``cmdb_ci``: one record, seen as its own class."""
