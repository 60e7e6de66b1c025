namespace PyWharf.Infrastructure.Doctor;

/// <summary>How a check of a deployment ended.</summary>
public enum CheckStatus
{
    /// <summary>Clients get what they need.</summary>
    Ok,

    /// <summary>Clients work, with a disadvantage.</summary>
    Warning,

    /// <summary>A client breaks.</summary>
    Failed,

    /// <summary>It could not be checked; the message says what is missing.</summary>
    Skipped,
}
