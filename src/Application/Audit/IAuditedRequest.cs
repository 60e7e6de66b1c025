namespace PyWharf.Application.Audit;

/// <summary>A request whose refusal is an event of the audit log, once it is known who sends it.</summary>
public interface IAuditedRequest
{
    /// <summary>The event as far as the request describes it; null if the request changes nothing.</summary>
    AuditEvent? Attempt { get; }
}
