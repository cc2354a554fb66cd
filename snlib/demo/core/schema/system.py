"""The system's own tables: OAuth registry and tokens, CORS rules, choices, properties, and small task tables."""

from __future__ import annotations

from snlib.demo.core.schema.model import Table, private_table, table

SYSTEM: tuple[Table, ...] = (
    table(
        "oauth_entity",
        "Application Registries",
        "name",
        """
        name | Name | string
        client_id | Client ID | string
        client_secret | Client Secret | password2
        client_uuid | Client UUID | string
        redirect_url | Redirect URL | string
        logo_url | Logo URL | string
        active | Active | boolean
        access_token_lifespan | Access Token Lifespan | integer
        refresh_token_lifespan | Refresh Token Lifespan | integer
        type | Type | choice
        client_type | Client Type | choice
        public_client | This is a public client | boolean
        default_grant_type | Default Grant type | choice
        inbound_grant_type | Inbound grant type | choice
        token_url | Token URL | string
        auth_url | Authorization URL | string
        user | OAuth Application User | reference sys_user
        token_format | Token Format | choice
        access | Accessible from | choice
        comments | Comments | string
        """,
    ),
    table(
        "oauth_credential",
        "OAuth Credentials",
        "token",
        """
        token | Token | string
        type | Type | choice
        expires | Expires | glide_date_time
        peer | Peer | reference oauth_entity
        user | User | reference sys_user
        family | Family | string
        scope | Scope | string
        """,
    ),
    table(
        "sys_cors_rule",
        "CORS Rule",
        "name",
        """
        name | Name | string
        domain | Domain | string
        rest_api | REST API | string
        active | Active | boolean
        max_age | Max age | integer
        get | GET | boolean
        post | POST | boolean
        put | PUT | boolean
        patch | PATCH | boolean
        delete | DELETE | boolean
        access_control_allow_headers | HTTP Headers | string
        exposed_headers | Exposed headers | string
        access_control_allow_credentials | Allow credentials | boolean
        use_resource_path | Use resource path | boolean
        resource_path | Resource path | string
        for_embeddables | For embeddables | boolean
        """,
    ),
    table(
        "sys_choice",
        "Choice",
        "label",
        """
        name | Table | string
        element | Element | string
        value | Value | string
        label | Label | string
        language | Language | string
        sequence | Sequence | integer
        inactive | Inactive | boolean
        dependent_value | Dependent value | string
        hint | Hint | string
        """,
    ),
    table(
        "sys_properties",
        "System Property",
        "name",
        """
        name | Name | string
        value | Value | string
        type | Type | string
        description | Description | string
        """,
    ),
    table(
        "sys_journal_field",
        "Journal Entry",
        "element",
        """
        element_id | Element ID | string
        element | Element | string
        name | Name | string
        value | Value | string
        """,
    ),
    table(
        "cmdb_ci",
        "Configuration Item",
        "name",
        """
        name | Name | string
        asset_tag | Asset tag | string
        serial_number | Serial number | string
        assigned_to | Assigned to | reference sys_user
        location | Location | reference cmn_location
        sys_class_name | Class | string
        """,
    ),
    table(
        "problem",
        "Problem",
        "number",
        """
        number | Number | string
        short_description | Short description | string
        state | State | integer
        """,
    ),
    table(
        "change_request",
        "Change Request",
        "number",
        """
        number | Number | string
        short_description | Short description | string
        state | State | integer
        """,
    ),
)
"""Tables of the platform itself."""

PRIVATE: tuple[Table, ...] = (
    private_table(
        "entra_user",
        "Entra user",
        "displayName",
        """
        id | Object id | string
        displayName | Display name | string
        givenName | Given name | string
        surname | Surname | string
        mail | Mail | string
        userPrincipalName | User principal name | string
        jobTitle | Job title | string
        department | Department | string
        companyName | Company | string
        officeLocation | Office | string
        city | City | string
        country | Country | string
        usageLocation | Usage location | string
        businessPhones | Business phones | string
        mobilePhone | Mobile phone | string
        preferredLanguage | Preferred language | string
        accountEnabled | Account enabled | boolean
        userType | User type | string
        employeeId | Employee id | string
        onPremisesSamAccountName | Account name on premises | string
        createdDateTime | Created | string
        proxyAddresses | Proxy addresses | string
        manager_id | Manager | string
        persona | Persona | string
        persona_text | What the persona may do | string
        app_roles | App roles | string
        wids | Directory roles | string
        service_now_user | ServiceNow user | string
        """,
    ),
    private_table(
        "demo_password",
        "Password",
        "user",
        """
        user | User | string
        salt | Salt | string
        hash | Hash | string
        """,
    ),
)
"""The demo's own tables: the Entra directory and the passwords' hashes."""
