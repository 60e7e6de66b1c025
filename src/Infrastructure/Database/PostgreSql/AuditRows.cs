using System.Text;
using PyWharf.Application.Audit;
using PyWharf.Infrastructure.Audit;
using PyWharf.Infrastructure.Formats;

namespace PyWharf.Infrastructure.Database.PostgreSql;

/// <summary>Lines of the audit log as columns, for one statement that adds them all.</summary>
internal sealed class AuditRows
{
    /// <summary>The id of the newest line.</summary>
    public required long Newest { get; set; }

    /// <summary>Its digest; null before the first line of all.</summary>
    public required string? Head { get; set; }

    /// <summary>The columns, each with a value for each line.</summary>
    public List<long> Ids { get; } = [];

    /// <inheritdoc cref="Ids"/>
    public List<long> Times { get; } = [];

    /// <inheritdoc cref="Ids"/>
    public List<string> Events { get; } = [];

    /// <inheritdoc cref="Ids"/>
    public List<string?> Repositories { get; } = [];

    /// <inheritdoc cref="Ids"/>
    public List<string?> Projects { get; } = [];

    /// <inheritdoc cref="Ids"/>
    public List<string?> Previous { get; } = [];

    /// <inheritdoc cref="Ids"/>
    public List<string> Lines { get; } = [];

    /// <summary>The size of the lines in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds the line of an event after the newest one.</summary>
    public void Add(AuditEvent entry, DateTimeOffset time)
    {
        var line = AuditLine.Write(entry, time, Head).AsSpan()[..^1]; // without the newline
        Ids.Add(++Newest);
        Times.Add(UnixTime.ToMicroseconds(time));
        Events.Add(AuditEventKinds.NameOf(entry.Kind));
        Repositories.Add(entry.Repository?.ToString());
        Projects.Add(entry.Project?.ToString());
        Previous.Add(Head);
        Lines.Add(Encoding.UTF8.GetString(line));
        Bytes += line.Length;
        Head = AuditLine.DigestOf(line);
    }
}
