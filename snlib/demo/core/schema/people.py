"""The tables about people: users, groups, memberships, roles, departments, places, preferences."""

from __future__ import annotations

from snlib.demo.core.schema.model import Table, table

PEOPLE: tuple[Table, ...] = (
    table(
        "sys_user",
        "User",
        "name",
        """
        user_name | User ID | string
        name | Name | string
        first_name | First name | string
        middle_name | Middle name | string
        last_name | Last name | string
        email | Email | string
        title | Title | string
        department | Department | reference cmn_department
        cost_center | Cost center | reference cmn_cost_center
        company | Company | reference core_company
        location | Location | reference cmn_location
        building | Building | string
        manager | Manager | reference sys_user
        phone | Business phone | string
        mobile_phone | Mobile phone | string
        home_phone | Home phone | string
        fax | Fax | string
        vip | VIP | boolean
        active | Active | boolean
        locked_out | Locked out | boolean
        password_needs_reset | Password needs reset | boolean
        failed_attempts | Failed login attempts | integer
        enable_multifactor_authn | Enable Multifactor Authentication | boolean
        employee_number | Employee number | string
        street | Street | string
        city | City | string
        state | State / Province | string
        zip | Zip / Postal code | string
        country | Country code | choice
        preferred_language | Language | choice
        time_zone | Time zone | choice
        date_format | Date format | choice
        time_format | Time format | choice
        calendar_integration | Calendar integration | integer_choice
        notification | Notification | integer_choice
        last_login | Last login | glide_date
        last_login_time | Last login time | glide_date_time
        roles | Roles | string
        source | Source | string
        federated_id | Federated ID | string
        internal_integration_user | Internal Integration User | boolean
        web_service_access_only | Web service access only | boolean
        identity_type | Identity type | choice
        photo | Photo | string
        avatar | Avatar | string
        user_password | Password | password2
        gender | Gender | choice
        introduction | Prefix | choice
        schedule | Schedule | string
        ldap_server | LDAP server | string
        hashed_user_id | Hashed user ID | string
        sys_class_name | Class | string
        sys_domain | Domain | reference sys_user_group
        sys_domain_path | Domain Path | string
        """,
    ),
    table(
        "sys_user_group",
        "Group",
        "name",
        """
        name | Name | string
        description | Description | string
        manager | Manager | reference sys_user
        email | Group email | string
        active | Active | boolean
        parent | Parent | reference sys_user_group
        type | Type | string
        roles | Roles | string
        source | Source | string
        """,
    ),
    table(
        "sys_user_grmember",
        "Group Member",
        "user",
        """
        user | User | reference sys_user
        group | Group | reference sys_user_group
        """,
    ),
    table(
        "sys_user_role",
        "Role",
        "name",
        """
        name | Name | string
        description | Description | string
        """,
    ),
    table(
        "sys_user_has_role",
        "User Role",
        "role",
        """
        user | User | reference sys_user
        role | Role | reference sys_user_role
        inherited | Inherited | boolean
        granted_by | Granted by | reference sys_user_group
        state | State | choice
        """,
    ),
    table(
        "sys_user_preference",
        "User Preference",
        "name",
        """
        name | Name | string
        value | Value | string
        user | User | reference sys_user
        system | System | boolean
        type | Type | string
        """,
    ),
    table(
        "core_company",
        "Company",
        "name",
        """
        name | Name | string
        country | Country | string
        city | City | string
        """,
    ),
    table(
        "cmn_department",
        "Department",
        "name",
        """
        name | Name | string
        dept_head | Department head | reference sys_user
        company | Company | reference core_company
        """,
    ),
    table("cmn_cost_center", "Cost Center", "name", "name | Name | string"),
    table(
        "cmn_location",
        "Location",
        "name",
        """
        name | Name | string
        street | Street | string
        city | City | string
        zip | Zip / Postal Code | string
        country | Country | string
        time_zone | Time zone | string
        """,
    ),
)
"""Who works where, and what each user may do."""
