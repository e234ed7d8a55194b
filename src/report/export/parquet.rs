//! Parquet, written column by column in groups of rows; no Arrow needed.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{Type, TypePtr};

use super::{Column, ColumnType, Sheet, Value};

/// Rows of a group: what is held in memory until it is written.
const GROUP: usize = 65_536;

/// The values of one column that wait, with a level for each row: 1 there is one, 0 there is none.
enum Waiting {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Real(Vec<f64>),
    Boolean(Vec<bool>),
}

struct Parquet {
    writer: SerializedFileWriter<Box<dyn Write + Send>>,
    columns: &'static [Column],
    waiting: Vec<(Waiting, Vec<i16>)>,
    rows: usize,
}

/// A new file.
pub(super) fn start(
    out: Box<dyn Write + Send>,
    columns: &'static [Column],
) -> io::Result<Box<dyn Sheet>> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by(format!("cutline {}", env!("CARGO_PKG_VERSION")))
        .build();
    let writer = SerializedFileWriter::new(out, schema(columns)?, Arc::new(properties))
        .map_err(io::Error::other)?;
    Ok(Box::new(Parquet {
        writer,
        columns,
        waiting: empty(columns),
        rows: 0,
    }))
}

fn schema(columns: &[Column]) -> io::Result<TypePtr> {
    let fields = columns
        .iter()
        .map(|(name, kind)| {
            let (physical, logical) = match kind {
                ColumnType::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
                ColumnType::Integer => (Physical::INT64, None),
                ColumnType::Real => (Physical::DOUBLE, None),
                ColumnType::Boolean => (Physical::BOOLEAN, None),
            };
            Type::primitive_type_builder(name, physical)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(logical)
                .build()
                .map(Arc::new)
        })
        .collect::<Result<Vec<_>, _>>()
        .map_err(io::Error::other)?;
    let group = Type::group_type_builder("cutline")
        .with_fields(fields)
        .build();
    group.map(Arc::new).map_err(io::Error::other)
}

fn empty(columns: &[Column]) -> Vec<(Waiting, Vec<i16>)> {
    columns
        .iter()
        .map(|(_, kind)| {
            let values = match kind {
                ColumnType::Text => Waiting::Text(Vec::new()),
                ColumnType::Integer => Waiting::Integer(Vec::new()),
                ColumnType::Real => Waiting::Real(Vec::new()),
                ColumnType::Boolean => Waiting::Boolean(Vec::new()),
            };
            (values, Vec::new())
        })
        .collect()
}

impl Sheet for Parquet {
    fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        for ((waiting, levels), value) in self.waiting.iter_mut().zip(values) {
            let there = match (waiting, value) {
                (Waiting::Text(all), Value::Text(text)) => {
                    all.push(ByteArray::from(*text));
                    true
                }
                (Waiting::Integer(all), Value::Integer(n)) => {
                    all.push(*n);
                    true
                }
                (Waiting::Real(all), Value::Real(x)) => {
                    all.push(*x);
                    true
                }
                (Waiting::Boolean(all), Value::Integer(n)) => {
                    all.push(*n != 0);
                    true
                }
                _ => false,
            };
            levels.push(i16::from(there));
        }
        self.rows += 1;
        if self.rows == GROUP {
            self.flush()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        if self.rows > 0 {
            self.flush()?;
        }
        self.writer.close().map_err(io::Error::other)?;
        Ok(())
    }
}

impl Parquet {
    fn flush(&mut self) -> io::Result<()> {
        let waiting = std::mem::replace(&mut self.waiting, empty(self.columns));
        self.rows = 0;
        write_group(&mut self.writer, waiting).map_err(io::Error::other)
    }
}

fn put<T: DataType>(
    column: &mut parquet::file::writer::SerializedColumnWriter<'_>,
    values: &[T::T],
    levels: &[i16],
) -> parquet::errors::Result<()> {
    column
        .typed::<T>()
        .write_batch(values, Some(levels), None)
        .map(drop)
}

fn write_group(
    writer: &mut SerializedFileWriter<Box<dyn Write + Send>>,
    waiting: Vec<(Waiting, Vec<i16>)>,
) -> parquet::errors::Result<()> {
    let mut group = writer.next_row_group()?;
    for (values, levels) in waiting {
        let Some(mut column) = group.next_column()? else {
            break;
        };
        match values {
            Waiting::Text(all) => put::<ByteArrayType>(&mut column, &all, &levels)?,
            Waiting::Integer(all) => put::<Int64Type>(&mut column, &all, &levels)?,
            Waiting::Real(all) => put::<DoubleType>(&mut column, &all, &levels)?,
            Waiting::Boolean(all) => put::<BoolType>(&mut column, &all, &levels)?,
        }
        column.close()?;
    }
    group.close()?;
    Ok(())
}

/// Every row as text, for tests.
#[cfg(test)]
pub(super) fn read_back(bytes: &[u8]) -> Vec<String> {
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().to_string()).collect()
}
