"""The data transfer services of xDLMS, both roles, sans-IO (clauses 6.5 to 6.17 and 7.3).

The modules, from the bottom up::

    errors, names, references           whose fault; registered names; attributes, methods, variables
    blocks, transfers                   cutting and joining; the state machines of block transfer, as data
    conformance                         which bit each service and option needs
    primitives                          GET.request is `Get.Request`
    parameters                          the service parameters of Tables 9 to 29, as one table
    events, port                        what the application is told; what a service needs of its association
    values, short_names, generalized_time
    requests, ln_requests, sn_requests  confirmed services as the client sends them
    invocation, client                  those on their way: invoke-ids, order, blocks, time-outs
    mapper                              the SN mapper: an LN-style client on an SN server
    refusals                            ExceptionResponse and ConfirmedServiceError
    server, ln_responses, ln_server, sn_server
"""
