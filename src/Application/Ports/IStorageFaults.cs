using PyWharf.Domain;

namespace PyWharf.Application.Ports;

/// <summary>Distinguishes faults of disks and databases from bugs.</summary>
public interface IStorageFaults
{
    /// <summary>
    /// The failure for the client, without paths: <see cref="FailureKind.OutOfSpace"/> for a full disk, else <see cref="FailureKind.Unavailable"/>
    /// with a retry delay. Null if the exception is no storage fault. Logs the details.
    /// </summary>
    /// <param name="exception">The exception.</param>
    /// <param name="what">The operation that failed, as the subject of the log message.</param>
    Failure? Explain(Exception exception, string what);
}
