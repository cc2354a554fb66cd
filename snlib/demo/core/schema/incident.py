"""The incident table: the columns of ``task`` and ``incident`` of a fresh instance (ServiceNow docs, real records)."""

from __future__ import annotations

from snlib.demo.core.schema.model import Table, table

INCIDENT: Table = table(
    "incident",
    "Incident",
    "number",
    """
    number | Number | string
    caller_id | Caller | reference sys_user
    short_description | Short description | string
    description | Description | string
    state | State | integer_choice
    incident_state | Incident state | integer_choice
    hold_reason | On hold reason | integer_choice
    impact | Impact | integer_choice
    urgency | Urgency | integer_choice
    priority | Priority | integer_choice
    severity | Severity | integer_choice
    category | Category | choice
    subcategory | Subcategory | choice
    contact_type | Channel | choice
    opened_at | Opened | glide_date_time
    opened_by | Opened by | reference sys_user
    assignment_group | Assignment group | reference sys_user_group
    assigned_to | Assigned to | reference sys_user
    additional_assignee_list | Additional assignee list | glide_list sys_user
    group_list | Group list | glide_list sys_user_group
    cmdb_ci | Configuration item | reference cmdb_ci
    business_service | Service | reference cmdb_ci
    service_offering | Service offering | reference cmdb_ci
    location | Location | reference cmn_location
    company | Company | reference core_company
    active | Active | boolean
    resolved_at | Resolved | glide_date_time
    resolved_by | Resolved by | reference sys_user
    closed_at | Closed | glide_date_time
    closed_by | Closed by | reference sys_user
    close_code | Resolution code | choice
    close_notes | Resolution notes | string
    reopened_time | Last reopened at | glide_date_time
    reopened_by | Last reopened by | reference sys_user
    reopen_count | Reopen count | integer
    reassignment_count | Reassignment count | integer
    child_incidents | Child Incidents | integer
    made_sla | Made SLA | boolean
    sla_due | SLA due | due_date
    activity_due | Activity due | due_date
    due_date | Due date | glide_date_time
    follow_up | Follow up | glide_date_time
    expected_start | Expected start | glide_date_time
    work_start | Actual start | glide_date_time
    work_end | Actual end | glide_date_time
    business_duration | Business duration | glide_duration
    calendar_duration | Duration | glide_duration
    business_stc | Business resolve time | integer
    calendar_stc | Resolve time | integer
    time_worked | Time worked | glide_duration
    escalation | Escalation | integer_choice
    notify | Notify | integer_choice
    order | Order | integer
    approval | Approval | choice
    approval_set | Approval set | glide_date_time
    approval_history | Approval history | journal_list
    upon_approval | Upon approval | choice
    upon_reject | Upon reject | choice
    comments | Additional comments | journal_input
    work_notes | Work notes | journal_input
    comments_and_work_notes | Comments and Work notes | journal_list
    watch_list | Watch list | glide_list sys_user
    work_notes_list | Work notes list | glide_list sys_user
    user_input | User input | string
    problem_id | Problem | reference problem
    rfc | Change Request | reference change_request
    caused_by | Caused by Change | reference change_request
    parent | Parent | reference incident
    parent_incident | Parent Incident | reference incident
    delivery_plan | Delivery plan | string
    delivery_task | Delivery task | string
    correlation_id | Correlation ID | string
    correlation_display | Correlation display | string
    knowledge | Knowledge | boolean
    task_effective_number | Effective number | string
    origin_table | Origin table | string
    origin_id | Origin | string
    route_reason | Transfer reason | integer
    universal_request | Universal Request | string
    contract | Contract | string
    skills | Skills | glide_list
    sys_class_name | Task type | string
    sys_domain | Domain | reference sys_user_group
    sys_domain_path | Domain Path | string
    """,
)
"""Every column of an incident; ``sla_due`` and ``activity_due`` display ``UNKNOWN`` while they are unset."""
