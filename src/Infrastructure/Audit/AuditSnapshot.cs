using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using PyWharf.Infrastructure.Storage;

namespace PyWharf.Infrastructure.Audit;

/// <summary>The audit log as it was at one time, whatever is added or rotated since.</summary>
internal sealed class AuditSnapshot : IDisposable
{
    private readonly List<(string Name, FileStream File, long Length)> _files;

    private AuditSnapshot(List<(string Name, FileStream File, long Length)> files, string? head) => (_files, Head) = (files, head);

    /// <summary>The digest of the newest line, as it was noted beside the log; null where there is no note.</summary>
    public string? Head { get; }

    /// <summary>The names of its files, the oldest first.</summary>
    public IReadOnlyList<string> Names => [.. _files.Select(file => file.Name)];

    /// <summary>Takes it. Throws IOException where another process holds the log for all too long.</summary>
    public static async Task<AuditSnapshot> TakeAsync(AuditFiles files, TimeProvider time)
    {
        using var held = await FileLock.AcquireAsync(files.LockFile, time);
        var opened = new List<(string, FileStream, long)>();
        foreach (var path in files.OldestFirst())
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            opened.Add((Path.GetFileName(path), file, file.Length));
        }

        var head = File.Exists(files.HeadFile) ? File.ReadAllText(files.HeadFile, Encoding.ASCII).Trim() : "";

        return new AuditSnapshot(opened, head.Length == 0 ? null : head);
    }

    /// <summary>The lines of one of its files, without newlines, the last one also where it is cut off. Ends early where a line is too long to be one.</summary>
    /// <param name="name">One of <see cref="Names"/>, each of which can be read once.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async IAsyncEnumerable<AuditText> ReadAsync(string name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (_, file, rest) = _files.First(candidate => candidate.Name == name);
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            var buffer = read.Buffer.Length > rest ? read.Buffer.Slice(0, rest) : read.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = buffer.Slice(0, end);
                rest -= line.Length + 1;
                buffer = buffer.Slice(buffer.GetPosition(1, end));
                yield return new AuditText(line.ToArray(), IsWhole: true);
            }

            if (buffer.Length >= rest || read.IsCompleted || buffer.Length > AuditLine.MaxBytes)
            {
                if (!buffer.IsEmpty)
                {
                    yield return new AuditText(buffer.Slice(0, Math.Min(buffer.Length, AuditLine.MaxBytes)).ToArray(), IsWhole: false);
                }

                break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        await reader.CompleteAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => _files.ForEach(file => file.File.Dispose());
}
