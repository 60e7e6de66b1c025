namespace PyWharf.Application.Audit;

/// <summary>What became of an event.</summary>
public enum AuditOutcome
{
    /// <summary>It was done.</summary>
    Ok,

    /// <summary>It was refused: by a rule, or for lack of permission.</summary>
    Refused,

    /// <summary>It was tried and failed; nothing has changed.</summary>
    Failed,

    /// <summary>The server died amid it: whether it was done is to be looked up in the storage.</summary>
    Unknown,
}
